import { createServer, type AddressInfo } from 'node:net';
import { choosePorts } from './ports';

describe('the ports of a local run', () => {
  it('are five different free ones when any will do', async () => {
    expect(new Set(Object.values(await choosePorts(0)).flat()).size).toBe(5);
  });

  it('are one more for each further replica', async () => {
    const { furtherApis, ...others } = await choosePorts(0, 3);

    expect(furtherApis).toHaveLength(2);
    expect(new Set([...furtherApis, ...Object.values(others)]).size).toBe(7);
  });

  it('are refused by number, use and the option that changes them, when one is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;

    await expect(choosePorts(port)).rejects.toThrow(
      `Port ${port} for the app is in use. Choose others with --ports BASE`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
