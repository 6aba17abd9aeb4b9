import type { Parameters } from '../service.ts';
import { ACCOUNT, ZONE } from '../state.ts';
import type { AutoScalingGroup, GroupInstance } from './group.ts';
import { tagItems } from './tags.ts';

const SERVICE_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;

/** A group as Auto Scaling answers it. */
export function groupItem(group: AutoScalingGroup, withInstances = true): Parameters {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    LaunchTemplate: group.launchTemplate,
    MixedInstancesPolicy: group.mixedInstancesPolicy,
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desiredCapacity,
    DefaultCooldown: 300,
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 0,
    CapacityRebalance: false,
    ServiceLinkedRoleARN: SERVICE_ROLE,
    ...group.settings,
    AvailabilityZones: [ZONE],
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    TrafficSources: [],
    EnabledMetrics: [],
    Instances: withInstances ? Object.values(group.instances).map(instanceItem) : [],
    CreatedTime: group.createdTime,
    SuspendedProcesses: group.suspendedProcesses.map(ProcessName => ({
      ProcessName,
      SuspensionReason: 'User suspended',
    })),
    VPCZoneIdentifier: group.subnetIds.join(','),
    Status: group.deleting ? 'Delete in progress' : undefined,
    Tags: tagItems(group),
    TerminationPolicies: group.terminationPolicies,
    NewInstancesProtectedFromScaleIn: group.newInstancesProtectedFromScaleIn,
  };
}

/** An instance of a group as Auto Scaling answers it. */
export function instanceItem(instance: GroupInstance): Parameters {
  return {
    InstanceId: instance.instanceId,
    InstanceType: instance.instanceType,
    ImageId: instance.imageId,
    AvailabilityZone: ZONE,
    LifecycleState: instance.lifecycleState,
    HealthStatus: instance.healthStatus,
    LaunchTemplate: instance.launchTemplate,
    ProtectedFromScaleIn: instance.protectedFromScaleIn,
  };
}
