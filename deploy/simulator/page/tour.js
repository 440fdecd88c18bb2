// A guided tour for a first visit: the whole story in six steps; each can be done for the visitor, and all be skipped.
import { $, call, enter, me, remember, recall, toast } from './dom.js';
import { switchTo } from './phone.js';

const phone = (what, given) => call('POST', `/sim/phone/${encodeURIComponent(me.citizen)}/${what}`, given);
const screen = () => call('GET', `/sim/phone/${encodeURIComponent(me.citizen)}`);
const desk = () => call('GET', `/sim/staff/${encodeURIComponent(me.staff)}`);
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
const SAID = ['鶴見区の商店街の空き店舗で、子ども食堂を開きたい', '放課後をひとりで過ごす子が増えてきたので', '友人3人と、町内会長さん',
  '昨年、自治会館で食事会を2回開きました', '市民協働提案制度'];

const REPLY = 'ご相談ありがとうございます。来週、お話をうかがえますか。';
const wide = matchMedia('(min-width: 861px)'); // else only one side is in view
const STEPS = [ // where, title, words, what the button says, what it does, and whether that is done
  ['line', '市民が、LINEで相談を始めます', '左は市民の電話です。友だちに追加し、記録してよいことをたしかめてから、5つの質問が始まります。', 'はじめる', begin, async () => await asked() > 0],
  ['line', '5つの質問に、ふだんの言葉で答えます', '短くても長くても、写真でもかまいません。途中でやめても、つづきから話せます。', '答えてみる', answer, () => said('お答えいただき')],
  ['line', 'たしかめて、送ります', 'すべての答えを見なおして、なおせます。送ると受付番号と、いつまでに返事があるかが届きます。', '送る', submit, () => said('受付番号')],
  ['slack', '担当者のSlackに、カードが届きます', '右は職員のSlackです。カードには答えと、似ている事例や団体が、理由とともに並びます。「担当する」を押した人が担当になります。', '担当する', claim, () => said('担当者が決まりました')],
  ['slack', '確かめてから、市民へ返信します', 'スレッドの会話は市民に届きません。「市民へ返信」で書き、そのままの文を確かめてから送ります。', '返信する', reply, () => said(REPLY)],
  ['line', '市民に返事が届き、案件は次の段階へ進みます', '操作盤で時計をすすめると、お知らせやその後のフォローが届きます。ここからは自由にお試しください。', '時計を1日すすめる', tomorrow, () => false],
];
let at = 0;
let began = 0; // what was said before it belongs to another visit

export function tourControls() {
  $('open-tour').addEventListener('click', start);
  wide.addEventListener('change', drawWords);
  $('tour-skip').addEventListener('click', close);
  $('tour-next').addEventListener('click', next);
  $('tour-do').addEventListener('click', play);
  if (!recall('toured')) start();
}
async function start() { open(0); began = (await enter()).now; }
function drawWords() {
  const words = STEPS[at][2];
  $('tour-words').textContent = wide.matches ? words : words.replace(/^[左右]は/, 'これは');
}
function open(step) {
  at = step;
  const [side, title, , action] = STEPS[at];
  document.body.dataset.side = side;
  $('tour-step').textContent = `${at + 1} / ${STEPS.length}`;
  $('tour-title').textContent = title; drawWords(); $('tour-do').textContent = action;
  $('tour-next').textContent = at === STEPS.length - 1 ? '終わる' : '次へ';
  $('tour').hidden = false;
}
function close() { $('tour').hidden = true; remember('toured', 'yes'); }
function next() { if (at === STEPS.length - 1) close(); else open(at + 1); }
async function play() {
  const step = at;
  busy(true);
  try {
    await doStep(step);
    if (!$('tour').hidden && at === step) next();
  } catch (error) { toast(error.message); } finally { busy(false); }
}
function busy(yes) { for (const id of ['tour-do', 'tour-next']) $(id).disabled = yes; }
async function doStep(step) { // what comes before it may have been passed over, or done by hand
  if (step && !(await STEPS[step - 1][5]())) await doStep(step - 1);
  await STEPS[step][4]();
}

async function until(look, what) { // looks at a screen until it shows something
  for (let n = 0; n < 150; n++) { const found = await look(); if (found) return found; await wait(200); }
  throw new Error(`${what}が、まだ画面にありません。少し待ってお試しください。`);
}
const heard = async () => (await screen()).messages.filter((m) => m.from === 'centre' && m.at >= began).map((m) => m.words);
const said = async (words) => (await heard()).some((one) => one.includes(words));
const hears = (words) => until(() => said(words), `「${words}」`);
const asked = async () => Math.max(0, ...(await heard()).map((one) => Number(one.match(/質問 (\d)\/5/)?.[1] ?? 0)));
async function taps(...labels) { // whichever is there; not again before something new was said
  const words = labels.map((label) => `「${label}」`).join('');
  const { label } = await until(async () => (await screen()).buttons.find((b) => labels.includes(b.label)), `${words}のボタン`);
  const before = (await heard()).length;
  await phone('tap', { label });
  await until(async () => (await heard()).length > before, `${words}の答え`);
}
async function begin() {
  const own = await call('POST', '/sim/citizens'); // who has talked before is asked other things
  await enter(); switchTo(own.id);
  await phone('follow'); await taps('相談をはじめる'); await taps('同意してはじめる'); await hears('質問 1/5');
}
async function answer() { // on from wherever the visitor is
  for (let n = await asked(); n <= SAID.length; n++) {
    await phone('say', { text: SAID[n - 1] }); await hears(n < SAID.length ? `質問 ${n + 1}/5` : 'お答えいただき');
  }
}
async function submit() {
  while (!(await said('受付番号'))) await taps('個人', 'スキップ', '送信する');
}
async function card() {
  const number = await until(async () => (await heard()).map((said) => said.match(/受付番号[\s\S]*?(20\d\d-\d{4,})/)?.[1]).filter(Boolean).at(-1), '受付番号');
  return until(async () => (await desk()).channels.flatMap((c) => c.messages).find((m) => m.blocks && !m.only_you && m.words.includes(number)), 'カード');
}
const does = (what, given) => call('POST', `/sim/staff/${encodeURIComponent(me.staff)}/${what}`, given);
async function press(label) {
  const on = await card();
  await does('press', { label, ts: on.ts, channel: on.channel });
}
async function claim() { await press('担当する'); await hears('担当者が決まりました'); }
async function reply() {
  const old = new Set((await desk()).modals.map((view) => view.id));
  await press('市民へ返信');
  await until(async () => (await desk()).modals.some((view) => !old.has(view.id)), '入力画面');
  await does('submit', { values: { 返信の文: REPLY } });
  await until(async () => (await desk()).modals.at(-1)?.words.includes('次の文が届きます'), '確かめる画面');
  await wait(1500);
  await does('submit', { values: {} });
  await hears(REPLY);
}
async function tomorrow() { await call('POST', '/sim/clock', { seconds: 86_400 }); }
