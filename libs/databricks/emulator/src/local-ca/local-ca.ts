import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';

/** A server certificate with its key, both PEM; `cert` carries the whole chain. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
  readonly expiresAt: Date;
}

interface Authority {
  readonly certificate: X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const;
const day = 86_400_000;
const authorityLifetime = 3650 * day;
const leafLifetime = 90 * day;
/** A certificate this close to its end is replaced before anybody meets it expired. */
const renewBefore = 30 * day;

/**
 * The certificate authority of one local workspace. Clients that verify (the API does, always) trust exactly this file, so
 * TLS behaves here as it does against the real database, without a switch that turns verification off.
 */
export class LocalCa {
  private constructor(
    private readonly directory: string,
    private readonly authority: Authority,
    private readonly now: () => number,
  ) {}

  /** Takes the authority of this state folder, or makes one when there is none or it is about to end. */
  static async load(stateDirectory: string, now: () => number = Date.now): Promise<LocalCa> {
    const directory = join(resolve(stateDirectory), 'ca');
    mkdirSync(directory, { recursive: true });
    const authority = (await readAuthority(directory, now())) ?? (await makeAuthority(directory, now()));
    return new LocalCa(directory, authority, now);
  }

  /** What clients put into `NODE_EXTRA_CA_CERTS` or `sslrootcert`. */
  get caFile(): string {
    return join(this.directory, 'ca.pem');
  }

  /** A certificate for these names; the same one until it nears its end or the authority changes. */
  async issue(...names: string[]): Promise<ServerCertificate> {
    const base = names.join('_').replaceAll(/[^\w.-]/g, '-');
    return (await this.readLeaf(base, names)) ?? this.makeLeaf(base, names);
  }

  private async readLeaf(base: string, names: string[]): Promise<ServerCertificate | undefined> {
    const [certificateFile, keyFile] = this.leafFiles(base);
    if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
    try {
      const leaf = new X509Certificate(readFileSync(certificateFile, 'utf8'));
      const named = leaf.getExtension(SubjectAlternativeNameExtension)?.names.items.map(({ value }) => value) ?? [];
      const fits = names.every((name) => named.includes(name));
      const fresh = leaf.notAfter.getTime() - renewBefore > this.now() && leaf.notBefore.getTime() <= this.now();
      const ours = await leaf.verify({ publicKey: this.authority.certificate, signatureOnly: true });
      return fits && fresh && ours ? this.bundle(leaf, readFileSync(keyFile, 'utf8')) : undefined;
    } catch {
      // An unreadable certificate is replaced like an expired one.
      return undefined;
    }
  }

  private async makeLeaf(base: string, names: string[]): Promise<ServerCertificate> {
    const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
    const leaf = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${names[0] ?? 'localhost'}`,
      issuer: this.authority.certificate.subject,
      notBefore: new Date(this.now() - day),
      notAfter: new Date(this.now() + leafLifetime),
      signingAlgorithm,
      publicKey: keys.publicKey,
      signingKey: this.authority.privateKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
        ),
        await AuthorityKeyIdentifierExtension.create(this.authority.certificate),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    const key = await exportKey(keys.privateKey);
    const [certificateFile, keyFile] = this.leafFiles(base);
    write(keyFile, key, 0o600);
    write(certificateFile, leaf.toString('pem'), 0o644);
    return this.bundle(leaf, key);
  }

  private leafFiles(base: string): [certificate: string, key: string] {
    return [join(this.directory, `${base}.pem`), join(this.directory, `${base}-key.pem`)];
  }

  private bundle(leaf: X509Certificate, key: string): ServerCertificate {
    const cert = `${leaf.toString('pem')}\n${this.authority.certificate.toString('pem')}\n`;
    return { key, cert, expiresAt: leaf.notAfter };
  }
}

async function readAuthority(directory: string, now: number): Promise<Authority | undefined> {
  const certificateFile = join(directory, 'ca.pem');
  const keyFile = join(directory, 'ca-key.pem');
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile, 'utf8'));
    if (certificate.notAfter.getTime() - 2 * leafLifetime < now) return undefined;
    const [der] = PemConverter.decode(readFileSync(keyFile, 'utf8'));
    if (der === undefined) return undefined;
    const privateKey = await webcrypto.subtle.importKey('pkcs8', der, keyAlgorithm, false, ['sign']);
    return { certificate, privateKey };
  } catch {
    return undefined;
  }
}

async function makeAuthority(directory: string, now: number): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=Lakescope local workspace ${randomBytes(4).toString('hex')}`,
    notBefore: new Date(now - day),
    notAfter: new Date(now + authorityLifetime),
    signingAlgorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  write(join(directory, 'ca-key.pem'), await exportKey(keys.privateKey), 0o600);
  write(join(directory, 'ca.pem'), certificate.toString('pem'), 0o644);
  return { certificate, privateKey: keys.privateKey };
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

// Positive and of fixed length, as RFC 5280 4.1.2.2 asks.
function serialNumber(): string {
  return `4${randomBytes(15).toString('hex').slice(1)}`;
}

// Readers never see half a file: it is complete before it gets its name.
function write(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}
