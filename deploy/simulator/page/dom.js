// What every part of the page uses. Everything that people wrote reaches the screen through textContent only.
export const $ = (id) => document.getElementById(id);
const TINTS = ['#5b8def', '#e07a5f', '#3d9970', '#9b6dd6', '#d1983a', '#4a90a4', '#c0577d'];

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key === 'on') for (const [event, does] of Object.entries(value)) node.addEventListener(event, does);
    else if (key === 'style') Object.assign(node.style, value);
    else if (key === 'data') Object.assign(node.dataset, value);
    else if (key in node && key !== 'list') node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export const base64 = (file) => new Promise((done) => { const r = new FileReader(); r.onload = () => done(r.result.split(',')[1]); r.readAsDataURL(file); });

export async function call(method, path, body) {
  const answer = await fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) { toast(said.error); throw new Error(said.error); }
  return said;
}
export function toast(words) {
  $('toast').textContent = words; $('toast').hidden = false;
  clearTimeout(toast.timer); toast.timer = setTimeout(() => { $('toast').hidden = true; }, 4000);
}
export const tint = (id) => TINTS[[...id].reduce((sum, c) => sum + c.codePointAt(0), 0) % TINTS.length];
export const face = (id, name, color) => h('span', { className: 'face', style: { background: color || tint(id) }, 'aria-hidden': 'true' }, [...name][0]);
export const two = (n) => String(n).padStart(2, '0');
// The centre's time is Tokyo's, wherever the browser is.
const tokyo = (ms) => new Date(ms + 9 * 3_600_000);
export const clock = (ms) => { const d = tokyo(ms); return `${d.getUTCHours()}:${two(d.getUTCMinutes())}`; };
export const day = (ms) => { const d = tokyo(ms); return `${d.getUTCMonth() + 1}月${d.getUTCDate()}日(${'日月火水木金土'[d.getUTCDay()]})`; };
export const picked = (local) => Math.floor(Date.parse(`${local}:00+09:00`) / 1000); // of an input such as 2026-12-01T14:00
export const shownIn = (seconds) => (seconds ? tokyo(seconds * 1000).toISOString().slice(0, 16) : '');
export const parsed = (url) => { try { return new URL(url); } catch { return null; } };
export const safe = (url) => (/^(https?|tel|line|mailto):/i.test(url || '') ? url : null);
export function keepDown(box, draw) {
  const down = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const top = box.scrollTop; draw(); box.scrollTop = down ? box.scrollHeight : top;
  if (down) stayDown(box, 3);
}
function stayDown(box, frames) { // what comes into sight there gets its real height only then
  requestAnimationFrame(() => { box.scrollTop = box.scrollHeight; if (frames > 1) stayDown(box, frames - 1); });
}
export function fill(box, nodes) { // what is in its place already is left alone, with its focus and where it is scrolled to
  const wanted = new Set(nodes);
  for (const old of [...box.childNodes]) if (!wanted.has(old)) old.remove();
  nodes.forEach((node, i) => { if (box.childNodes[i] !== node) box.insertBefore(node, box.childNodes[i] || null); });
}
const drawn = new Map(); // what each part shows: the same again is left alone, so that no click is lost under a redraw
export function fresh(part, data) {
  const now = JSON.stringify(data);
  if (drawn.get(part) === now) return false;
  drawn.set(part, now);
  return true;
}
export function once(work) { // a change that comes while one is being fetched is fetched right after, once
  let busy = false, again = false;
  return async function run() {
    if (busy) { again = true; return; }
    busy = true;
    try { await work(); } catch { /* the toast has said it */ } finally { busy = false; if (again) { again = false; run(); } }
  };
}

export let world;
export const me = {}; // which citizen, member of staff, channel and thread this page is at
export const news = new Set(); // citizens who got something that nobody has looked at
export async function enter() { world = await call('GET', '/sim/world'); return world; }
export const remember = (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* private window */ } };
export const recall = (key) => { try { return sessionStorage.getItem(key); } catch { return null; } };
export function ask(title, content, yes, no, yesWord = 'OK', noWord = 'キャンセル') {
  const veil = h('div', { className: 'veil', style: { position: 'fixed', zIndex: '10' } });
  const end = (does) => () => { veil.remove(); does(); };
  veil.append(h('div', { className: 'modal', role: 'dialog', 'aria-modal': 'true', 'aria-label': title }, h('header', {}, title), h('div', { className: 'body' }, content),
    h('footer', {}, h('button', { className: 'b-button', on: { click: end(no) } }, noWord), h('button', { className: 'b-button primary', on: { click: end(yes) } }, yesWord))));
  document.body.append(veil); veil.querySelector('.primary').focus();
}
