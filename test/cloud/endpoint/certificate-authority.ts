import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { run } from '../instances/run.ts';

// Certificates are made by the host's own openssl: no package to trust, and what every client is tested against.

/** Every client accepts this long (Apple's limit, the strictest, is 398 days); no server of ours runs longer. */
const LEAF_DAYS = 90;
const CA_DAYS = 3650;
const DAY = 86_400_000;

const CA_CONFIG = `
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Local cloud certificate authority
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
`;

export interface CertificateAuthority {
  /** Our certificate, PEM, alone. */
  certificateFile: string;
  /** Ours and all that this host trusts: for AWS_CA_BUNDLE, which replaces a client's own list. */
  bundleFile: string;
  /** A TLS server's key and certificate for one host name; made at the first call, renewed long before it ends. */
  contextFor(host: string): Promise<SecureContext>;
}

/** The certificate authority kept in `<folder>/ca`, made if there is none or if it ends within a year. */
export async function openCertificateAuthority(folder: string): Promise<CertificateAuthority> {
  const home = join(folder, 'ca');
  if (!(await isUsable(home))) await makeAuthority(home);
  const certificateFile = join(home, 'ca.pem');
  const bundleFile = join(home, 'bundle.pem');
  writeBundle(bundleFile, readFileSync(certificateFile, 'utf8'));
  return { certificateFile, bundleFile, contextFor: leafMaker(home) };
}

async function isUsable(home: string): Promise<boolean> {
  if (!existsSync(join(home, 'ca.pem'))) return false;
  const aYear = String((365 * DAY) / 1000);
  return openssl(['x509', '-in', join(home, 'ca.pem'), '-noout', '-checkend', aYear]).then(
    () => true,
    () => false,
  );
}

/** Makes the folder under another name first: there is a whole authority or none. */
async function makeAuthority(home: string): Promise<void> {
  const draft = `${home}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const [caKey, leafKey] = [join(draft, 'ca.key'), join(draft, 'leaf.key')];
  writeFileSync(caKey, newKey(), { mode: 0o600 });
  writeFileSync(leafKey, newKey(), { mode: 0o600 });
  const config = join(draft, 'ca.cnf');
  writeFileSync(config, CA_CONFIG);
  const validity = ['-days', String(CA_DAYS), '-sha256'];
  await openssl(['req', '-x509', '-new', '-config', config, '-key', caKey, ...validity, '-out', join(draft, 'ca.pem')]);
  await openssl(['req', '-new', '-config', config, '-key', leafKey, '-out', join(draft, 'leaf.csr')]);
  rmSync(home, { recursive: true, force: true });
  renameSync(draft, home);
}

function writeBundle(file: string, own: string): void {
  const trusted = new Set(
    [own.trim(), ...getCACertificates('system'), ...getCACertificates('extra')].map(pem => pem.trim()),
  );
  writeFileSync(`${file}.new`, `${[...trusted].join('\n')}\n`);
  renameSync(`${file}.new`, file);
}

/** One key and one signing request serve all names: only the certificate's subjectAltName differs. */
function leafMaker(home: string): CertificateAuthority['contextFor'] {
  const key = readFileSync(join(home, 'leaf.key'));
  const made = new Map<string, { context: Promise<SecureContext>; until: number }>();
  return host => {
    const known = made.get(host);
    if (known && Date.now() < known.until) return known.context;
    const context = signLeaf(home, host).then(cert => createSecureContext({ key, cert }));
    made.set(host, { context, until: Date.now() + (LEAF_DAYS / 2) * DAY });
    context.catch(() => made.delete(host));
    return context;
  };
}

async function signLeaf(home: string, host: string): Promise<string> {
  const extensions = join(home, `${randomUUID()}.ext`);
  const lines = [
    'basicConstraints = critical, CA:FALSE',
    'keyUsage = critical, digitalSignature',
    'extendedKeyUsage = serverAuth',
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
    `subjectAltName = DNS:${host}`,
  ];
  writeFileSync(extensions, lines.join('\n'));
  try {
    const authority = ['-CA', join(home, 'ca.pem'), '-CAkey', join(home, 'ca.key')];
    const serial = ['-set_serial', `0x${randomBytes(15).toString('hex')}`];
    const leaf = [...serial, '-days', String(LEAF_DAYS), '-sha256', '-extfile', extensions];
    return await openssl(['x509', '-req', '-in', join(home, 'leaf.csr'), ...authority, ...leaf]);
  } finally {
    rmSync(extensions);
  }
}

/** ECDSA P-256: quick to make, and accepted by every client the cloud serves. */
function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** What openssl prints. */
async function openssl(args: string[]): Promise<string> {
  try {
    return await run('openssl', ...args);
  } catch (error) {
    throw new Error(`The certificates of the local cloud cannot be made: ${(error as Error).message}`);
  }
}
