import type { LimitTable } from '../endpoint/limits.ts';
import type { Service } from '../service.ts';
import { inputName, type Model, readModel } from './model.ts';

/** The limits that the models set to the parameters of these actions, in the form of the endpoint's table. */
export function modelLimits(home: string, services: Record<string, Service>): LimitTable {
  return Object.fromEntries(
    Object.entries(services)
      .toSorted()
      .flatMap(([service, actions]) => {
        const model = readModel(home, service);
        const limited = Object.keys(actions)
          .toSorted()
          .map(action => [action, limitsOf(model, action)] as const)
          .filter(([, limits]) => Object.keys(limits).length > 0);
        return limited.length > 0 ? [[service, Object.fromEntries(limited)]] : [];
      }),
  );
}

function limitsOf(model: Model, action: string): Record<string, string> {
  const input = model.operations[action]?.input;
  const members = Object.entries((input && model.shapes[input.shape]?.members) ?? {});
  return Object.fromEntries(
    members.flatMap(([name, member]) => {
      const { type, min, max } = model.shapes[member.shape]!;
      if ((!min && max === undefined) || !['string', 'integer', 'list'].includes(type)) return [];
      return [[inputName(model, name, member), `${type} ${min || ''}..${max ?? ''}`]];
    }),
  );
}

/** The table as the text of its file, an action a line where that is not too long. */
export function tableText(table: LimitTable): string {
  const services = Object.entries(table).map(([service, actions]) => {
    const lines = Object.entries(actions).map(([action, limits]) => {
      const pairs = Object.entries(limits).map(([name, limit]) => `${JSON.stringify(name)}: ${JSON.stringify(limit)}`);
      const line = `    "${action}": { ${pairs.join(', ')} }`;
      return line.length < 120 ? line : `    "${action}": {\n      ${pairs.join(',\n      ')}\n    }`;
    });
    return `  "${service}": {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${services.join(',\n')}\n}\n`;
}
