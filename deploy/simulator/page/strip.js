// The control strip: the clock, a crowd, a month of life, and trouble.
import { $, call, clock, day, enter, once, safe, toast, world } from './dom.js';

const KINDS = { error: '', duplicate: '二重配信', hang: '無応答', drop: '切断' };
const NAMES = { line: 'LINE', slack: 'Slack', rasa: '会話エンジン' };

export const drawStrip = once(async () => {
  const there = await enter();
  $('clock').textContent = `${day(there.now)} ${clock(there.now)}${there.ahead ? '（すすめた時刻）' : ''}`;
  $('trouble').textContent = there.faults.map((f) => `${NAMES[f.platform]}${KINDS[f.kind]} あと${f.times}回`).join('、');
  $('stop-rasa').hidden = !there.rasa;
  const { citizens, received, on_the_way: left, gave_up: lost, seconds } = there.crowd;
  $('crowd').textContent = citizens ? `${citizens}人中 ${received}人が受付番号を受け取りました${left ? '…' : `（${seconds}秒）`}${lost ? ` 途中 ${lost}人` : ''}` : '';
});

export function stripControls() {
  $('open-strip').addEventListener('click', () => show($('strip').hidden));
  for (const b of document.querySelectorAll('[data-ahead]')) b.addEventListener('click', () => ahead(b));
  for (const b of document.querySelectorAll('[data-fault]')) b.addEventListener('click', () => call('POST', '/sim/faults', JSON.parse(b.dataset.fault)));
  for (const b of document.querySelectorAll('[data-calm]')) b.addEventListener('click', () => call('DELETE', '/sim/faults'));
  $('rush').addEventListener('click', () => call('POST', '/sim/crowd', { citizens: 100 }).then(drawStrip));
  $('fill').addEventListener('click', fill);
  for (const a of document.querySelectorAll('[data-public]')) Object.assign(a, { href: safe(world.public + a.dataset.public) ?? '#', target: '_blank', rel: 'noopener' });
  setInterval(() => { if (!$('strip').hidden) drawStrip(); }, 5000);
  show(window.innerWidth > 1080);
}
export function show(open) {
  $('strip').hidden = !open;
  $('open-strip').setAttribute('aria-expanded', String(open));
  if (open) drawStrip();
}
async function ahead(button) {
  button.disabled = true;
  try { await call('POST', '/sim/clock', { seconds: Number(button.dataset.ahead) }); } finally { button.disabled = false; }
  toast('時計をすすめました。届くお知らせを、両側の画面で見てください。');
  drawStrip();
}
async function fill() {
  $('fill').disabled = true;
  try {
    const made = await call('POST', '/sim/life');
    toast(`${made.cases}件の相談を入れました。カードは1秒に1枚ずつ届きます。`);
  } catch { $('fill').disabled = false; }
}
