// The wire log: every request and answer, with a command that sends it again.
import { $, h, call, fill, keepDown, once, toast } from './dom.js';

export const drawWire = once(async () => {
  if ($('wire').hidden) return;
  const [entries, there] = await Promise.all([call('GET', '/sim/wire?most=150'), call('GET', '/sim/world')]);
  const unknown = Object.entries(there.unknown).map(([name, times]) => `${name} ×${times}`);
  $('unknown').textContent = unknown.length ? `このシミュレーターにない呼び出し：${unknown.join('、')}` : '';
  const draw = () => fill($('entries'), rows(entries));
  if ($('entries').querySelector('[open]')) draw(); else keepDown($('entries'), draw); // nobody's page is turned
});
let shown = new Map(); // the lines of the log, by number
function rows(entries) { // a line that is there stays as it is, and one open for reading stays though it is old
  const now = new Map(), there = new Set(entries.map((e) => e.n));
  for (const [n, node] of shown) if (!there.has(n) && node.querySelector('[open]')) now.set(n, node);
  for (const e of entries) now.set(e.n, shown.get(e.n) ?? h('li', {}, details(e)));
  shown = now;
  return [...now.values()];
}
function details(e) {
  const good = e.status >= 200 && e.status < 300 && e.answer?.ok !== false;
  const box = h('details', {}, h('summary', {}, h('span', {}, new Date(e.at * 1000).toLocaleTimeString('ja-JP', { timeZone: 'Asia/Tokyo' })), h('span', {}, e.platform),
    h('span', { className: e.direction === 'in' ? 'to-hub' : '' }, e.direction === 'in' ? '→ つなぎ' : 'つなぎ →'), h('span', {}, `${e.method} ${e.path} ${e.kind || ''}`),
    h('span', { className: good ? 'good' : 'bad' }, String(e.status)), h('span', {}, `${e.ms} ms`)));
  box.addEventListener('toggle', () => {
    if (!box.open || box.children.length > 1) return;
    box.append(h('button', { className: 'copy', on: { click: () => copy(e.n) } }, 'curl をコピー'),
      h('pre', { tabIndex: 0 }, JSON.stringify({ headers: e.headers, body: e.body, answer: e.answer }, null, 2)));
    box.scrollIntoView({ block: 'nearest' });
  });
  return box;
}
async function copy(number) {
  const { curl } = await call('GET', `/sim/wire/${number}/curl`);
  await navigator.clipboard.writeText(curl);
  toast('コピーしました');
}
export function wireControls() {
  const toggle = () => { $('wire').hidden = !$('wire').hidden; drawWire(); };
  $('open-wire').addEventListener('click', toggle); $('wire-close').addEventListener('click', toggle);
}
