// The OpenID provider that tests and the demonstration sign in at: panva's oidc-provider, a certified one, with
// sample people and a page on which one says who one is. Started by home/accounts/national/sample_provider.py.
//
// One JSON object on the command line: issuer, port (0 for any), client {id, secret, redirects}, people by `sub`.
// Prints `listening PORT` when it can be asked.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const given = JSON.parse(process.argv[2]);
const people = new Map(given.people.map((person) => [person.sub, person]));
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const LEVELS = ["low", "substantial", "high"];

const provider = new Provider(given.issuer, {
  clients: [
    {
      client_id: given.client.id,
      client_secret: given.client.secret,
      redirect_uris: given.client.redirects,
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "sample", use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  pkce: { required: () => true },
  acrValues: LEVELS,
  claims: {
    acr: null,
    auth_time: null,
    iss: null,
    sid: null,
    openid: ["sub", "identity_type", "identity_number"],
    profile: ["name"],
    phone: ["phone_number", "phone_number_verified"],
    email: ["email", "email_verified"],
  },
  scopes: ["openid", "profile", "phone", "email"],
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
  ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600 },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, sub) =>
    people.has(sub) ? { accountId: sub, claims: () => ({ sub, ...people.get(sub).claims }) } : undefined,
  // Whoever signs in agrees: there is one client, and no page that asks.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile phone email");
    await grant.save();
    return grant;
  },
});

const WORDS = {
  ar: {
    title: "الهوية الوطنية التجريبية",
    lead: "هذه جهة تجريبية لأشخاص غير حقيقيين. اختر من أنت:",
    enter: "تسجيل الدخول",
    cancel: "إلغاء",
    dir: "rtl",
  },
  en: {
    title: "National test identity",
    lead: "A test provider with sample people. Choose who you are:",
    enter: "Sign in",
    cancel: "Cancel",
    dir: "ltr",
  },
};
const STYLE = `*{box-sizing:border-box}body{margin:0;background:#f3f5f4;color:#17211f;font:18px/1.6 system-ui,sans-serif}
main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border-top:6px solid #7a4b00}
h1{font-size:1.5rem;margin:0 0 .5rem}label{display:flex;gap:.75rem;align-items:baseline;padding:.5rem 0;
border-bottom:1px solid #dfe4e2}small{color:#55615e;direction:ltr;unicode-bidi:isolate}
.row{display:flex;gap:1rem;margin-top:1.5rem;flex-wrap:wrap}button{font:inherit;padding:.6rem 1.25rem;
min-height:48px;border:2px solid #0b5c5a;background:#0b5c5a;color:#fff;border-radius:6px}
button[value=cancel]{background:#fff;color:#0b5c5a}`;

const escaped = (text) => String(text ?? "").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function page(uid, language) {
  const words = WORDS[language];
  const rows = [...people.values()].map(
    ({ sub, claims }, place) =>
      `<label><input type="radio" name="sub" value="${escaped(sub)}"${place ? "" : " checked"}>
       <span>${escaped(claims.name ?? sub)} <small>${escaped(claims.identity_number)}</small></span></label>`,
  );
  return `<!doctype html><html lang="${language}" dir="${words.dir}"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><title>${words.title}</title>
    <style>${STYLE}</style></head><body><main><h1>${words.title}</h1>
    <form method="post" action="/interaction/${uid}"><p>${words.lead}</p>${rows.join("")}
    <div class="row"><button name="do" value="enter">${words.enter}</button>
    <button name="do" value="cancel">${words.cancel}</button></div></form></main></body></html>`;
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

async function interaction(request, response) {
  const { uid, params, prompt } = await provider.interactionDetails(request, response);
  if (request.method !== "POST") {
    const language = String(params.ui_locales ?? "ar").startsWith("en") ? "en" : "ar";
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page(uid, language));
    return;
  }
  const form = await body(request);
  const person = people.get(form.get("sub"));
  const result =
    form.get("do") === "cancel" || prompt.name !== "login" || !person
      ? { error: "access_denied", error_description: "The person stopped." }
      : { login: { accountId: person.sub, acr: person.acr ?? "substantial", remember: false } };
  await provider.interactionFinished(request, response, result);
}

const answer = provider.callback();
const server = createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  interaction(request, response).catch((error) => {
    response.statusCode = 400;
    response.end(`${error.name}: go back and begin again.`);
  });
});
server.listen(given.port, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
// Whoever started it holds the other end: without him it ends too.
process.stdin.on("end", () => process.exit(0)).resume();
