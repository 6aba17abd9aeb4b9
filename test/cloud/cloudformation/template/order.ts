import { dependsOn } from './check-references.ts';
import { referencesIn } from './references.ts';
import { type ResourceBlock, templateError } from './template.ts';

/** The resources that one must wait for, among those there are: what it refers to, and what it depends on. */
export function dependenciesOf(resource: ResourceBlock, resources: Record<string, ResourceBlock>): string[] {
  const names = [...referencesIn(resource).map(({ name }) => name), ...dependsOn(resource)];
  return [...new Set(names)].filter(name => Object.hasOwn(resources, name));
}

/** The names of resources, each after those that it needs. Throws ValidationError for a circle. */
export function inOrder(resources: Record<string, ResourceBlock>): string[] {
  const ordered = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    if (ordered.has(name)) return;
    if (path.includes(name)) {
      throw templateError(`Circular dependency between resources: [${path.slice(path.indexOf(name)).join(', ')}]`);
    }
    for (const needed of dependenciesOf(resources[name]!, resources)) visit(needed, [...path, name]);
    ordered.add(name);
  };
  for (const name of Object.keys(resources)) visit(name, []);
  return [...ordered];
}
