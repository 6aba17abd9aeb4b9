/** Parts of an image that can be left out, and what they are. Everything else is on every image. */
export const COMPONENTS: Readonly<Record<string, string>> = {
  docker: 'Docker, enabled, for the login user',
  postgres: 'the Postgres client, psql',
  mysql: 'a MySQL-compatible client, mysql',
  oracle: "Oracle's client, sqlplus, and its driver libraries",
  odbc: 'unixODBC and FreeTDS, with the FreeTDS driver registered',
  certificates: 'trust certificates of RDS and Redshift',
  'ssm-agent': 'the agent of AWS Systems Manager, enabled',
  'cloudwatch-agent': "the CloudWatch agent, enabled, which ships lava's log",
  'aws-cli': 'the AWS CLI',
  packer: 'packer with its amazon plugin',
  'python-packages': 'the platform-dependent Python packages that lava needs',
};

/** Names in a comma separated list, without repetitions, in order. */
export function componentNames(list: string): string[] {
  const names = list.split(',').map(name => name.trim());
  return [...new Set(names)].filter(Boolean).sort();
}
