// Slack's words as nodes: mrkdwn and rich text with links, mentions, bold, italics, strike, code, quotes.
import { h, parsed, safe, world } from './dom.js';
import { desk, goTo } from './desk.js';

const plain = (s) => s.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const EMOJI = { white_check_mark: '✅', warning: '⚠️', bell: '🔔', speech_balloon: '💬', memo: '📝', tada: '🎉', seedling: '🌱', mag: '🔍', round_pushpin: '📍', hourglass: '⌛', x: '❌', eyes: '👀', bust_in_silhouette: '👤' };
const TOKEN = /```([\s\S]+?)```|`([^`\n]+)`|<([^>\n]+)>|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])|:([a-z0-9_+-]+):/g;
export function mrkdwn(text) {
  const out = []; let lines = [], quote = false;
  const flush = () => { if (lines.length) out.push(quote ? h('blockquote', {}, inline(lines.join('\n'))) : inline(lines.join('\n'))); lines = []; };
  for (const line of text.split('\n')) {
    const quoted = line.startsWith('&gt;');
    if (quoted !== quote) { flush(); quote = quoted; }
    lines.push(quoted ? line.slice(4).trimStart() : line);
  }
  flush();
  return out.flat();
}
function inline(text) {
  const out = []; let from = 0;
  for (const m of text.matchAll(TOKEN)) {
    out.push(plain(text.slice(from, m.index))); from = m.index + m[0].length;
    if (m[1]) out.push(h('pre', {}, plain(m[1])));
    else if (m[2]) out.push(h('code', {}, plain(m[2])));
    else if (m[3]) out.push(angle(m[3]));
    else if (m[4]) out.push(h('b', {}, inline(m[4])));
    else if (m[5]) out.push(h('i', {}, inline(m[5])));
    else if (m[6]) out.push(h('s', {}, inline(m[6])));
    else out.push(EMOJI[m[7]] || m[0]);
  }
  return [...out, plain(text.slice(from))];
}
function angle(inside) {
  const [what, label] = inside.split('|');
  if (what[0] === '@') return h('span', { className: 'mention' }, `@${desk?.users[what.slice(1)] || label || what.slice(1)}`);
  if (what[0] === '#') return h('span', { className: 'mention' }, `#${label || desk?.channels.find((c) => c.id === what.slice(1))?.name || what.slice(1)}`);
  if (what[0] === '!') return h('span', { className: 'mention' }, what.startsWith('!date') ? plain(label || '') : `@${what.slice(1)}`);
  return link(plain(what), plain(label || what));
}
function link(url, said) {
  const place = placeOf(url);
  if (place) return h('a', { href: `#${place.channel}`, on: { click: (e) => { e.preventDefault(); goTo(place); } } }, said);
  return safe(url) ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, said) : said;
}
export function follow(url) { // as a link or a button with an address does
  const place = placeOf(url);
  if (place) goTo(place); else if (safe(url)) window.open(url, '_blank', 'noopener');
}
function placeOf(url) { // a link to a message of this workspace leads there within the page; slack.com is asked for nothing
  const at = parsed(url), found = [world.site, 'https://slack.com'].includes(at?.origin) && at.pathname.match(/^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?$/);
  return found ? { channel: found[1], ts: found[2] && `${found[2]}.${found[3]}`, thread: at.searchParams.get('thread_ts') } : null;
}
export const text = (t) => (t.type === 'mrkdwn' ? mrkdwn(t.text) : [t.text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] || all)]);
export function rich(e) {
  const inner = (x) => {
    if (x.type === 'rich_text_section') return h('span', {}, x.elements.map(inner));
    if (x.type === 'user') return h('span', { className: 'mention' }, `@${desk.users[x.user_id] || x.user_id}`);
    if (x.type === 'channel') return h('span', { className: 'mention' }, `#${desk.channels.find((c) => c.id === x.channel_id)?.name || x.channel_id}`);
    if (x.type === 'link') return link(x.url, x.text || x.url);
    if (x.type === 'emoji') return EMOJI[x.name] || `:${x.name}:`;
    const s = x.style || {};
    return h(s.code ? 'code' : 'span', { style: { fontWeight: s.bold ? '700' : '', fontStyle: s.italic ? 'italic' : '', textDecoration: s.strike ? 'line-through' : '' } }, x.text || '');
  };
  if (e.type === 'rich_text_list') return h(e.style === 'ordered' ? 'ol' : 'ul', {}, e.elements.map((x) => h('li', {}, inner(x))));
  const tag = { rich_text_preformatted: 'pre', rich_text_quote: 'blockquote' }[e.type] || 'div';
  return h(tag, { className: tag === 'div' ? 'plain' : '' }, e.elements.map(inner));
}
