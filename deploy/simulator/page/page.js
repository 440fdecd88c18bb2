// The page of the simulator: who is looking, and what is drawn anew when something changed.
import { $, enter, me, news, recall, world } from './dom.js';
import { deskControls, drawDesk } from './desk.js';
import { drawIcons } from './icons.js';
import { drawCitizens, drawPhone, phone, phoneControls } from './phone.js';
import { drawStrip, stripControls } from './strip.js';
import { tourControls } from './tour.js';
import { drawWire, wireControls } from './wire.js';

function listen() { // begun before the page knows who is there, so that nothing is missed and nothing waits
  const live = new EventSource('/sim/events'), state = $('state');
  live.onopen = () => { state.textContent = '接続しています'; state.className = 'state on'; if (here) draw(); };
  live.onerror = () => { state.textContent = '接続が切れました'; state.className = 'state off'; };
  live.onmessage = (e) => {
    if (!here) return; // all of it is drawn in a moment
    const { what, where } = JSON.parse(e.data);
    if (what === 'line' && (!where || where === me.citizen)) drawPhone();
    else if (what === 'line' && known(where) && !news.has(where)) { news.add(where); drawCitizens(); }
    if (what === 'slack') drawDesk();
    if (what === 'wire') drawWire();
    if (['faults', 'clock', 'crowd'].includes(what) && !$('strip').hidden) drawStrip();
  };
}
let here;
const draw = () => { drawPhone(); drawDesk(); };
const known = (id) => world.citizens.some((p) => p.id === id); // not one of a crowd
const one = (list, id) => (list.find((p) => p.id === id) || list[0]).id;

listen();
here = await enter();
Object.assign(me, { citizen: one(here.citizens, recall('citizen')), staff: one(here.staff, recall('staff')), channel: here.intake });
$('centre').textContent = here.centre; $('team').textContent = here.centre;
$('me').textContent = 'すべてこの画面の中だけで動いています';
for (const b of document.querySelectorAll('[data-show]')) b.addEventListener('click', () => { document.body.dataset.side = b.dataset.show; });
drawIcons(); phoneControls(); deskControls(); wireControls(); stripControls(); tourControls(); drawCitizens();
draw();
setInterval(() => { if (phone?.typing) drawPhone(); }, 5000);
