import { Failure } from './failure.ts';
import type { Imds } from './imds.ts';
import { plainLine } from './plain-line.ts';

/** What signs a request; named as aws4 names them. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** The temporary credentials of the instance's role. */
export async function instanceCredentials(imds: Imds): Promise<Credentials> {
  const folder = 'meta-data/iam/security-credentials/';
  const role = (await imds.text(folder))?.split('\n')[0];
  if (!role) throw new Failure('this instance has no role (no instance profile), so it has no credentials');
  const document = await imds.text(folder + encodeURIComponent(role));
  const { Code, AccessKeyId, SecretAccessKey, Token } = parse(document);
  if (Code !== 'Success' || !AccessKeyId || !SecretAccessKey || !Token) {
    const reason = plainLine(Code ?? 'an unreadable answer', 100);
    throw new Failure(`IMDS has no credentials for the role ${role}: ${reason}. Does its trust policy allow EC2?`);
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
}

/** JSON.parse quotes what it cannot read, which may be half a secret; this says nothing. */
function parse(document: string | undefined): Record<string, string | undefined> {
  try {
    return JSON.parse(document ?? '{}');
  } catch {
    return {};
  }
}
