import type { CloudFormationContext } from './context.ts';
import { keptTemplate } from './plan-of.ts';
import type { Stack, StackEvent, StackResource, Wanted } from './stack.ts';
import { textOf } from './template/template.ts';

/** A stack as DescribeStacks answers it. */
export function stackItem(context: CloudFormationContext, stack: Stack): object {
  const { wanted } = stack;
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    ChangeSetId: stack.changeSetId,
    Description: keptTemplate(context, wanted.template).description,
    Parameters: parameterItems(context, wanted),
    CreationTime: stack.createdAt,
    DeletionTime: stack.deletedAt,
    LastUpdatedTime: stack.updatedAt,
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.onFailure === 'DO_NOTHING',
    NotificationARNs: wanted.notificationArns,
    TimeoutInMinutes: stack.timeoutInMinutes,
    Capabilities: wanted.capabilities,
    Outputs: Object.entries(stack.outputs).map(([OutputKey, output]) => ({
      OutputKey,
      OutputValue: output.Value,
      Description: output.Description,
      ExportName: output.ExportName,
    })),
    RoleARN: wanted.roleArn,
    Tags: Object.entries(wanted.tags).map(([Key, Value]) => ({ Key, Value })),
    EnableTerminationProtection: false,
    DriftInformation: NOT_CHECKED,
  };
}

/** A stack as ListStacks answers it. */
export function stackSummary(context: CloudFormationContext, stack: Stack): object {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    TemplateDescription: keptTemplate(context, stack.wanted.template).description,
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DriftInformation: NOT_CHECKED,
  };
}

/** Parameters as they are shown; those with NoEcho are hidden. */
export function parameterItems(context: CloudFormationContext, { template, parameters }: Wanted): object[] {
  const declared = keptTemplate(context, template).parameters;
  return Object.entries(parameters).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: textOf(declared[ParameterKey]?.NoEcho) === 'true' ? '****' : value,
  }));
}

export function eventItem({ stackId, stackName }: Stack, event: StackEvent): object {
  return {
    StackId: stackId,
    EventId: event.eventId,
    StackName: stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: event.time,
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ClientRequestToken: event.token,
  };
}

/** A resource as DescribeStackResources answers it. */
export function resourceItem({ stackId, stackName }: Stack, resource: StackResource): object {
  return {
    StackName: stackName,
    StackId: stackId,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    Timestamp: resource.updatedAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

/** A resource as ListStackResources answers it. */
export function resourceSummary(resource: StackResource): object {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    LastUpdatedTimestamp: resource.updatedAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

const NOT_CHECKED = { StackDriftStatus: 'NOT_CHECKED' };
