// The account of the local cloud, and what every account here starts with.

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
/** Every region there is. In those beside the first there are images and snapshots, and nothing else. */
export const REGIONS = [REGION, 'us-west-2', 'eu-central-1'];
export const ZONE = 'us-east-1a';

/** The network that every account of the local cloud starts with; `deploy/sample.yaml` names these. */
export const VPC_ID = 'vpc-0c10d000000000001';
export const SUBNET_ID = 'subnet-0c10d000000000001';
/** Instances in it have no public address, and reach the world through a NAT gateway. */
export const PRIVATE_SUBNET_ID = 'subnet-0c10d000000000002';
export const SECURITY_GROUP_ID = 'sg-0c10d000000000001';
/** The bucket that exists from the start. */
export const BUCKET = 'lava-local';

export type Tags = Record<string, string>;
