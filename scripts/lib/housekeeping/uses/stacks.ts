import { type CloudFormationClient, paginateDescribeStacks, type Stack } from '@aws-sdk/client-cloudformation';
import { PREVIOUS } from '../../aws/tags.ts';
import { imageIdsIn, type Use } from './use.ts';

/**
 * The images that stacks name: in any parameter, amiId and sakAmiId among them, or in any tag. Stacks that were deleted
 * are not listed; those in any other status count. Right: cloudformation:DescribeStacks.
 */
export async function usesByStacks(cloudFormation: CloudFormationClient): Promise<Use[]> {
  const uses: Use[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client: cloudFormation }, {})) {
    uses.push(...Stacks.flatMap(usesByStack));
  }
  return uses;
}

function usesByStack({ StackName, StackStatus, Parameters = [], Tags = [] }: Stack): Use[] {
  if (StackStatus === 'DELETE_COMPLETE') return [];
  const values = Parameters.flatMap(({ ParameterValue, ResolvedValue }) => [ParameterValue, ResolvedValue]);
  return [
    ...values.flatMap(imageIdsIn).map(imageId => ({ imageId, by: `stack ${StackName}` })),
    ...Tags.flatMap(({ Key, Value }) => {
      const what = Key === PREVIOUS ? 'its image before' : `its tag ${Key}`;
      return imageIdsIn(Value).map(imageId => ({ imageId, by: `stack ${StackName} (${what})` }));
    }),
  ];
}
