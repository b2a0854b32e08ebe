// A real OpenID Connect provider with a few invented people. Started by the test with the provider's library in
// NODE_PATH's stead: the first argument is the folder where it is installed, the second the address of the server's
// callback. Prints its issuer when it listens. Signing in there is a form; whose name is in it, is let in.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import http from 'node:http';

const [, , folder, callback] = process.argv;
const require = createRequire(pathToFileURL(`${folder}/`));
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);

const people = {
  carol: { email: 'carol@studio.example', email_verified: true },
  mallory: { email: 'robin@studio.example', email_verified: false },
  stranger: { email: 'stranger@elsewhere.example', email_verified: true },
  nina: { email: 'nina@studio.example', email_verified: true },
  sue: { email: 'sue@studio.example', email_verified: true },
  twin: { email: 'twin@studio.example', email_verified: true },
};

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'ambit',
      client_secret: 'a secret of the test',
      redirect_uris: [callback],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['a key of the test'] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  });
  server.on('request', provider.callback());
  console.log(`issuer ${issuer}`);
});
// The test holds the other end of standard input: when it is gone, so is this.
process.stdin.on('end', () => process.exit(0)).resume();
