// The service worker of the book: it keeps every page for when there is no network. While there is one, the host answers,
// so no page is ever an old one. `publish.offline` writes VERSION, FILES, LETTERS and SEEN in front of this.
"use strict";
{
  const scope = new URL(registration.scope);
  const ours = `${scope.pathname} `; // other books may live on the same host
  const name = ours + VERSION;
  const AT_ONCE = 8; // files that are asked for at a time
  const PATIENCE = 3000; // milliseconds until what is kept answers in the place of a slow host
  const PAUSE = 20000; // and for how long it goes on to do so
  const sparing = () => Boolean(navigator.connection?.saveData); // the reader wants no data to be spent
  const whenSeen = (file) => sparing() || file.startsWith(SEEN);
  const address = (file) => new URL(file, scope).href;

  // A host may have sent the reader on to another address; a page that is kept must not say so.
  const plain = (answer) => answer.redirected ? new Response(answer.body, { headers: answer.headers }) : answer;

  // Keep what is new of this version, and take over from earlier ones what has stayed as it was.
  async function fill() {
    const cache = await caches.open(name);
    const kept = new Map();
    for (const key of (await caches.keys()).filter((each) => each.startsWith(ours))) {
      const other = await caches.open(key);
      const list = await other.match(address("?files"));
      const files = list ? await list.json() : {};
      for (const [file, state] of Object.entries(files)) kept.set(`${file} ${state}`, other);
    }
    await cache.put(address("?files"), new Response(JSON.stringify(FILES)));
    const missing = [];
    for (const file of Object.keys(FILES)) if (!(await cache.match(address(file)))) missing.push(file);
    const next = async () => {
      for (let file = missing.pop(); file !== undefined; file = missing.pop()) {
        const before = await kept.get(`${file} ${FILES[file]}`)?.match(address(file));
        if (!before && whenSeen(file)) continue;
        const answer = before ?? (await fetch(address(file), { cache: "no-cache" }));
        if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
        await cache.put(address(file), plain(answer));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  async function forget() {
    const old = (await caches.keys()).filter((each) => each.startsWith(ours) && each !== name);
    await Promise.all(old.map((each) => caches.delete(each)));
  }

  // The file that an address asks for.
  function fileOf(url) {
    const file = decodeURIComponent(url.pathname.slice(scope.pathname.length));
    return file === "" || file.endsWith("/") ? `${file}index.html` : file;
  }

  // What is kept of it; letters fit one state of their page alone.
  async function find(url) {
    const file = fileOf(url);
    if (file in LETTERS && url.searchParams.get("v") !== LETTERS[file]) return undefined;
    return (await caches.open(name)).match(address(file));
  }

  async function keep(url, answer) {
    const file = fileOf(url);
    if (file in FILES && answer.ok) await (await caches.open(name)).put(address(file), plain(answer));
  }

  let slowUntil = 0;

  async function answer(event) {
    const { request } = event;
    const url = new URL(request.url);
    const kept = await find(url);
    if (kept && Date.now() < slowUntil) return kept;
    const asked = fetch(request);
    if (!kept && whenSeen(fileOf(url))) event.waitUntil(asked.then((found) => keep(url, found.clone())).catch(() => {}));
    if (!kept) return asked;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, "late"));
    const first = await Promise.race([asked.catch(() => kept), late]);
    if (first !== "late") return first;
    slowUntil = Date.now() + PAUSE;
    return kept;
  }

  addEventListener("install", (event) => {
    skipWaiting();
    event.waitUntil(fill());
  });
  addEventListener("activate", (event) => event.waitUntil(forget().then(() => clients.claim())));
  addEventListener("fetch", (event) => {
    const { method, url } = event.request;
    if (method === "GET" && url.startsWith(scope.href)) event.respondWith(answer(event));
  });
}
