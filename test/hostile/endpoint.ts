import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

// An endpoint as no AWS service is one: what a command makes of it is tested.

/** The action that is asked for, of EC2's and IAM's kind; nothing for S3. */
type Answer = (action: string, response: ServerResponse) => void;

/** Accepts everything and never answers. */
export const silent: Answer = () => {};

/** Is always too busy. */
export const busy: Answer = (_, response) => void response.writeHead(503).end();

/** Lists whose every page says that there is another one, at one of these places, again and again. */
export function endless(...tokens: string[]): Answer {
  let page = 0;
  return (action, response) => {
    const token = tokens[page++ % tokens.length];
    const body =
      action === 'ListRoles' || action === 'ListInstanceProfiles'
        ? `<${action}Result><IsTruncated>true</IsTruncated><Marker>${token}</Marker></${action}Result>`
        : `<nextToken>${token}</nextToken>`;
    response.writeHead(200, { 'content-type': 'text/xml' }).end(`<${action}Response>${body}</${action}Response>`);
  };
}

/** Such an endpoint; `asked` are the actions that it was asked for. */
export interface Hostile {
  url: string;
  asked: string[];
  /** Resolves when it has been asked for something. */
  isAsked: Promise<void>;
  stop(): void;
}

export async function startHostile(answer: Answer): Promise<Hostile> {
  const asked: string[] = [];
  const first = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    asked.push(action);
    first.resolve();
    answer(action, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, asked, isAsked: first.promise, stop };
}
