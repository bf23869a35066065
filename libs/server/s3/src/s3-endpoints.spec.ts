import { S3Config } from '@lakescope/server-config';
import { S3Endpoints } from './s3-endpoints';

const endpoints = new S3Endpoints(
  new S3Config(
    ['minio.example:9000', 'http://10.0.0.5:9000', '*.Ceph.Example', 'http://localhost'],
    new URL('http://127.0.0.1:8004'),
    'us-east-1',
    undefined,
    [],
  ),
);

describe('where S3 connections may lead', () => {
  it.each([
    'https://s3.amazonaws.com',
    'https://s3.eu-central-1.amazonaws.com',
    'https://S3.EU-Central-1.amazonaws.com/',
    'https://s3-eu-west-1.amazonaws.com',
    'https://s3.dualstack.us-gov-west-1.amazonaws.com',
    'https://s3-fips.us-east-2.amazonaws.com',
    'https://s3.cn-north-1.amazonaws.com.cn',
  ])('is AWS at %s, held to the public internet', (text) => {
    expect(endpoints.parse(text, false).isListed).toBe(false);
  });

  it.each([
    'https://minio.example:9000',
    'http://10.0.0.5:9000',
    'http://localhost',
    'http://127.0.0.1:8004',
    'https://ceph.example',
  ])('is %s, because the environment names it', (text) => {
    expect(endpoints.parse(text, true).isListed).toBe(true);
  });

  it.each([
    ['another host', 'https://storage.example'],
    ['another port of a listed host', 'https://minio.example:9001'],
    ['plain http to a host that is listed for https', 'http://minio.example:9000'],
    ['plain http to AWS', 'http://s3.eu-central-1.amazonaws.com'],
    ['another port of AWS', 'https://s3.eu-central-1.amazonaws.com:8443'],
    ['a machine that anybody may rent at AWS', 'https://ec2-1-2-3-4.compute-1.amazonaws.com'],
    ['a load balancer called as S3 is', 'https://s3.eu-central-1.elb.amazonaws.com'],
    ['a host that ends like AWS', 'https://s3.eu-central-1.amazonaws.com.evil.example'],
    ['the metadata of the machine', 'http://169.254.169.254'],
    ['the metadata of the machine by https', 'https://169.254.169.254'],
    ['this machine', 'https://127.0.0.1'],
    ['this machine, written otherwise', 'https://0x7f.1'],
    ['this machine in IPv6', 'https://[::1]'],
    ['this machine in IPv6, as IPv4', 'https://[::ffff:127.0.0.1]'],
    ['this machine by name', 'https://localhost'],
    ['a name of the network', 'https://vault'],
    ['a private network', 'https://10.0.0.5:9000'],
    ['a user name', 'https://user@s3.eu-central-1.amazonaws.com'],
    ['a password', 'https://user:pw@minio.example:9000'],
    ['a path', 'https://minio.example:9000/bucket'],
    ['a query', 'https://minio.example:9000?x=1'],
    ['a file', 'file:///etc/passwd'],
    ['no URL', 'minio.example:9000'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(() => endpoints.parse(text, true)).toThrow('endpoint ');
  });

  it('is a host with the bucket in its name only where the environment says so', () => {
    expect(() => endpoints.parse('https://minio.example:9000', false)).toThrow('path_style must be true');
    expect(endpoints.parse('https://ceph.example', false).isListed).toBe(true);
  });

  it('is the endpoint of the region where none is named, for regions of AWS', () => {
    expect(endpoints.ofRegion('eu-central-1').url.origin).toBe('https://s3.eu-central-1.amazonaws.com');
    expect(endpoints.ofRegion('cn-north-1').url.origin).toBe('https://s3.cn-north-1.amazonaws.com.cn');
    for (const region of ['auto', 'compute-1', 'a.b', 'us-east-1.evil']) {
      expect(() => endpoints.ofRegion(region)).toThrow('region');
    }
  });
});
