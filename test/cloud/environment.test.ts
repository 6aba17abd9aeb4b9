import { expect, test } from 'vitest';
import { cloudEnvironment } from './environment.ts';

const ADDRESS = { port: 4000, caBundle: '/cloud/bundle.pem', accessKeyId: 'AKIA', secretAccessKey: 'secret' };

test('whatever could lead to a real account is taken away', () => {
  const { set, unset } = cloudEnvironment(ADDRESS, {
    AWS_PROFILE: 'production',
    AWS_SESSION_TOKEN: 'token',
    AWS_ROLE_ARN: 'arn',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://somewhere',
    AWS_ENDPOINT_URL_S3: 'http://elsewhere',
    AWS_ACCESS_KEY_ID: 'AKIAREAL',
    AWS_PAGER: 'less',
    HOME: '/root',
  });
  expect(unset).toEqual([
    'AWS_PROFILE',
    'AWS_SESSION_TOKEN',
    'AWS_ROLE_ARN',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_ENDPOINT_URL_S3',
  ]);
  expect(set).toMatchObject({
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});

test('both ways lead to the same port, in both spellings, and only loopback goes around the proxy', () => {
  const { set } = cloudEnvironment(ADDRESS, { NO_PROXY: 'amazonaws.com', no_proxy: '*' });
  const address = 'http://127.0.0.1:4000';
  expect(set).toMatchObject({ AWS_ENDPOINT_URL: address, HTTPS_PROXY: address, https_proxy: address });
  expect(set).toMatchObject({ AWS_CA_BUNDLE: '/cloud/bundle.pem', AWS_REGION: 'us-east-1' });
  for (const name of ['NO_PROXY', 'no_proxy']) expect(set[name]).toBe('localhost,127.0.0.1,127.0.0.0/8,::1');
});
