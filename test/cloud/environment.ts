import { REGION } from './state.ts';

export interface CloudAddress {
  port: number;
  /** PEM file: the cloud's certificate authority and all that this host trusts. */
  caBundle: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** What a command inside the cloud finds in its environment. */
export interface CloudEnvironment {
  set: Record<string, string>;
  /** Variables that must not be there. */
  unset: string[];
}

/** Settings of AWS tools that say nothing about which account or endpoint is meant. */
const HARMLESS = ['AWS_PAGER'];

/**
 * Leads every AWS tool to the local cloud, whichever way it takes: by AWS_ENDPOINT_URL, or by the proxy that answers
 * for AWS's host names. All that could lead it to a real account is taken away: whatever begins with AWS_, and the
 * configuration files.
 */
export function cloudEnvironment(
  { port, caBundle, accessKeyId, secretAccessKey }: CloudAddress,
  inherited: NodeJS.ProcessEnv = process.env,
): CloudEnvironment {
  const address = `http://127.0.0.1:${port}`;
  const loopback = 'localhost,127.0.0.1,127.0.0.0/8,::1';
  const set = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: address,
    AWS_CA_BUNDLE: caBundle,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Packer's pause between two looks at a resource, 15 seconds unless it is said; here things happen faster.
    AWS_POLL_DELAY_SECONDS: '1',
    HTTPS_PROXY: address,
    https_proxy: address,
    // Nothing else, since a host named here would be reached without the proxy.
    NO_PROXY: loopback,
    no_proxy: loopback,
  };
  const unset = Object.keys(inherited).filter(
    name => name.startsWith('AWS_') && !HARMLESS.includes(name) && !Object.hasOwn(set, name),
  );
  return { set, unset };
}
