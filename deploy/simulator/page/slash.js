// Slash commands while they are typed: a list to choose from, by mouse or by keys.
import { $, h, world } from './dom.js';

let found = [], at = -1; // the commands that begin so, and the one that is chosen
function draw() {
  const line = $('line'), box = $('commands');
  box.hidden = !found.length;
  box.replaceChildren(...found.map(([name, what], i) => h('div', { id: `command-${i}`, role: 'option', 'aria-selected': String(i === at), on: {
    mousedown: (e) => e.preventDefault(), click: () => choose(i), // the line keeps the focus
  } }, h('b', {}, name), h('span', {}, what))));
  line.setAttribute('aria-expanded', String(!box.hidden));
  if (at < 0) line.removeAttribute('aria-activedescendant'); else line.setAttribute('aria-activedescendant', `command-${at}`);
  box.children[at]?.scrollIntoView({ block: 'nearest' });
}
function offer(typed) {
  found = Object.entries(world.commands).filter(([name]) => typed.startsWith('/') && name.startsWith(typed)); at = -1;
  draw();
}
function choose(i) { $('line').value = `${found[i][0]} `; closeCommands(); $('line').focus(); }
export function closeCommands() { found = []; at = -1; draw(); }
const KEYS = { // each says whether it was meant for the list
  ArrowDown: () => { at = (at + 1) % found.length; draw(); return true; },
  ArrowUp: () => { at = (at < 1 ? found.length : at) - 1; draw(); return true; },
  Enter: () => { if (at < 0) return false; choose(at); return true; }, // nothing chosen: the line is sent as it is
  Tab: (e) => { if (e.shiftKey) return false; choose(Math.max(at, 0)); return true; },
  Escape: () => { closeCommands(); return true; },
};
export function commandControls() {
  $('line').addEventListener('input', () => offer($('line').value));
  $('line').addEventListener('blur', closeCommands);
  $('line').addEventListener('keydown', (e) => {
    if (found.length && !e.isComposing && KEYS[e.key]?.(e)) { e.preventDefault(); e.stopPropagation(); }
  });
}
