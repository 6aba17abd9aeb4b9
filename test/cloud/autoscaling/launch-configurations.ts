import type { Parameters, Service } from '../service.ts';
import { paged } from './paging.ts';
import { list } from './parameters.ts';

/** DescribeLaunchConfigurations: AWS gives new accounts none, and there are none here. */
export function launchConfigurationActions(): Service {
  return {
    DescribeLaunchConfigurations: (parameters: Parameters) => {
      list(parameters, 'LaunchConfigurationNames');
      const { items, NextToken } = paged([], parameters, name => name, { unasked: 50, most: 100 });
      return { LaunchConfigurations: items, NextToken };
    },
  };
}
