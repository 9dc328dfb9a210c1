// Runs the first script of verifier/verify.html, which needs no document, over files: node verify_html.mjs PAGE COMMAND ARGUMENT
// and prints one JSON value. Commands: cases, flips, edits, primitives.
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const [page, command, argument] = process.argv.slice(2);
runInThisContext(/<script>([\s\S]*?)<\/script>/.exec(readFileSync(page, "utf8"))[1], { filename: "verify.html" });
const { wusong } = globalThis;
const input = JSON.parse(argument === undefined ? readFileSync(0, "utf8") : readFileSync(argument, "utf8"));

const load = (path) => new Uint8Array(readFileSync(path));

function verdict({ bundle, trust }) {
  const { status, step, code, detail, report } = wusong.verify(load(bundle), load(trust));
  const facts = report && { level: report.level, code: report.receipt.code, trial: report.trial, undisclosed: report.undisclosed,
    undergone: (report.state?.proofs ?? []).filter((proof) => proof.undergone)
      .map(({ key, undergone: { what, about, time } }) => [key, what, ...about, time]) };
  return { status, step, code, detail, ...facts };
}

/** Offsets at which a flipped bit is still accepted: each byte of the bundle, its bits in turn. */
function flips({ bundle, trust }) {
  const bytes = load(bundle), against = load(trust), accepted = [];
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] ^= 1 << (at % 8);
    if (wusong.verify(bytes, against).status === 0) accepted.push(at);
    bytes[at] ^= 1 << (at % 8);
  }
  return { tried: bytes.length, accepted };
}

function* places(value, path = []) {
  if (typeof value !== "object" || value === null) { yield path; return; }
  for (const name of Object.keys(value)) yield* places(value[name], [...path, name]);
}

const swapped = (text) => text === "" ? "x" : (text[0] === "a" ? "b" : "a") + text.slice(1);
const altered = (value) => typeof value === "string" ? swapped(value) : typeof value === "number" ? value + 1 : !value;

/** Places whose value can be altered unnoticed by one who also refreshes the bundle's digest. */
function edits({ bundle, trust }) {
  const text = readFileSync(bundle, "utf8"), against = load(trust), accepted = [], steps = new Set();
  const all = [...places(JSON.parse(text))].filter((path) => path[0] !== "digest");
  for (const path of all) {
    const forged = wusong.parseCanonical(text, "bundle");
    const parent = path.slice(0, -1).reduce((node, name) => node[name], forged), last = path.at(-1);
    parent[last] = altered(parent[last]);
    const { digest, ...rest } = forged;
    forged.digest = wusong.digestOf(wusong.SUITES.get(JSON.parse(text).genesis.suite), "bundle", rest);
    const outcome = wusong.verify(wusong.utf8(wusong.canonical(forged)), against);
    steps.add(outcome.step);
    if (outcome.status === 0) accepted.push(path.join("."));
  }
  return { tried: all.length, accepted, steps: [...steps].sort((a, b) => a - b) };
}

const succeeds = (action) => { try { action(); return true; } catch { return false; } };

function primitive({ call, hex, text, jwk, message, signature }) {
  if (call === "verify") return wusong.readKey(jwk).verify(wusong.fromHex(message), wusong.fromHex(signature));
  if (call === "thumbprint") return wusong.readKey(jwk).thumbprint;
  if (call === "canonical") return succeeds(() => wusong.parseCanonical(wusong.readText(wusong.fromHex(hex), "text"), "text"));
  if (call === "b64u") return succeeds(() => wusong.fromB64u(text, "text")) && wusong.toHex(wusong.fromB64u(text, "text"));
  return wusong.toHex(wusong[call](wusong.fromHex(hex)));
}

const commands = { cases: (list) => list.map(verdict), flips, edits, primitives: (list) => list.map(primitive) };
process.stdout.write(JSON.stringify(commands[command](input)));
