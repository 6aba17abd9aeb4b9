import { Fault, type Parameters, type Service } from './service.ts';
import { REGION, type State } from './state.ts';

/** SSM: parameters, which can be read and not written; all of them are public ones, as AWS and others publish them. */
export function createSsm({ state }: { state: State }): Service {
  const find = (given: string): object | undefined => {
    const name = given.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter(?=\/)/, '');
    return Object.hasOwn(state.parameters, name) ? parameter(name, state.parameters[name]!) : undefined;
  };
  return {
    GetParameter: parameters => {
      const found = find(required(parameters, 'Name'));
      if (!found) throw new Fault('ParameterNotFound', '');
      return { Parameter: found };
    },
    GetParameters: parameters => {
      const names = [...new Set(namesIn(parameters))];
      return {
        Parameters: names.flatMap(name => find(name) ?? []),
        InvalidParameters: names.filter(name => !find(name)),
      };
    },
    GetParametersByPath: parameters => {
      const path = required(parameters, 'Path');
      if (!path.startsWith('/')) {
        throw new Fault('ValidationException', 'The parameter does not meet the parameter name requirements: Path');
      }
      const below = path.endsWith('/') ? path : `${path}/`;
      const names = Object.keys(state.parameters)
        .filter(name => name.startsWith(below))
        .filter(name => parameters.Recursive === true || !name.slice(below.length).includes('/'))
        .sort();
      return page(names, parameters, name => parameter(name, state.parameters[name]!));
    },
  };
}

function parameter(name: string, value: string): object {
  return {
    ARN: `arn:aws:ssm:${REGION}::parameter${name}`,
    Name: name,
    Type: 'String',
    DataType: 'text',
    Value: value,
    Version: 1,
  };
}

function namesIn({ Names }: Parameters): string[] {
  if (Array.isArray(Names) && Names.length >= 1 && Names.length <= 10 && Names.every(n => typeof n === 'string')) {
    return Names;
  }
  throw new Fault('ValidationException', 'Names must be a list of 1 to 10 names');
}

function required(parameters: Parameters, name: string): string {
  const value: unknown = parameters[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Fault('ValidationException', `1 validation error detected: ${name} must be a text that is not empty`);
}

/** MaxResults is 1 to 10, 10 unless given; a token is the last name of the page before. */
function page(names: string[], { MaxResults = 10, NextToken }: Parameters, answer: (name: string) => object): object {
  if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > 10) {
    throw new Fault('ValidationException', '1 validation error detected: MaxResults must be from 1 to 10');
  }
  const after = typeof NextToken === 'string' ? Buffer.from(NextToken, 'base64').toString() : '';
  const rest = names.filter(name => name > after);
  const shown = rest.slice(0, MaxResults);
  const token = shown.length < rest.length ? { NextToken: Buffer.from(shown.at(-1)!).toString('base64') } : {};
  return { Parameters: shown.map(answer), ...token };
}
