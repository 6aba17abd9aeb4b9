import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer, getCACertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openCertificateAuthority } from './certificate-authority.ts';

const folder = temporaryFolder('authority-');

it('is made once per folder, and its keys are for its owner only', async () => {
  const first = await openCertificateAuthority(folder);
  const pem = readFileSync(first.certificateFile, 'utf8');
  const second = await openCertificateAuthority(folder);
  expect(readFileSync(second.certificateFile, 'utf8')).toBe(pem);
  for (const key of ['ca.key', 'leaf.key']) expect(statSync(join(folder, 'ca', key)).mode & 0o777).toBe(0o600);
  expect(new X509Certificate(pem).ca).toBe(true);
});

it('bundles what this host trusts with its own certificate', async () => {
  const { bundleFile, certificateFile } = await openCertificateAuthority(folder);
  const bundle = readFileSync(bundleFile, 'utf8');
  expect(bundle).toContain(readFileSync(certificateFile, 'utf8').trim());
  for (const trusted of getCACertificates('system')) expect(bundle).toContain(trusted.trim());
});

it('vouches for each host by its own name, for less than 398 days', async () => {
  const authority = await openCertificateAuthority(folder);
  const ca = readFileSync(authority.certificateFile);
  const server = createServer({
    SNICallback: (host, done) => void authority.contextFor(host).then(context => done(null, context), done),
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const shake = (servername: string, trusted: Buffer) =>
    new Promise<X509Certificate>((done, failed) => {
      const socket = connect({ port, host: '127.0.0.1', servername, ca: trusted }, () => {
        done(socket.getPeerX509Certificate()!);
        socket.destroy();
      });
      socket.on('error', failed);
    });
  for (const host of ['ec2.us-east-1.amazonaws.com', 'my.bucket.s3.us-east-1.amazonaws.com']) {
    const certificate = await shake(host, ca);
    expect(certificate.subjectAltName).toBe(`DNS:${host}`);
    const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
    expect(days).toBeLessThan(398);
    expect((await shake(host, ca)).serialNumber).toBe(certificate.serialNumber);
  }
  const another = temporaryFolder('authority-');
  const stranger = readFileSync((await openCertificateAuthority(another)).certificateFile);
  await expect(shake('ec2.us-east-1.amazonaws.com', stranger)).rejects.toThrow(/certificate/);
  server.close();
});
