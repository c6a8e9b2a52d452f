// Devices whose own clocks lie, each with the page's real ServerTime over a wire of its own. Prints, for each, how far
// the server's time as it shows it is from this machine's, which is the server's too (ms).
// usage: node --experimental-websocket devices.mjs PORT EXCHANGES TOKEN…
import { ServerTime } from "../../workshop/static/js/time.js";

const [port, exchanges, ...tokens] = process.argv.slice(2);
const truth = Date.now.bind(Date);
const rest = (ms) => new Promise((done) => setTimeout(done, ms));
Date.now = () => truth() + (Math.random() - 0.5) * 86_400_000; // hours wrong, and jumping: nobody may ask it

function device(token) {
  const begin = Math.random() * 1e7;
  const time = new ServerTime(() => performance.now() + begin); // as on a page that was opened some other day
  const wire = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  let asked = 0;
  return new Promise((done, failed) => {
    const ask = () => {
      asked = time.steady();
      wire.send('421["clock",{}]');
    };
    wire.onerror = () => failed(new Error("no line"));
    wire.onmessage = async ({ data }) => {
      if (data.startsWith("0{")) wire.send(`40${JSON.stringify({ token })}`);
      else if (data === "2") wire.send("3");
      else if (data.startsWith('42["snapshot"')) ask();
      else if (data.startsWith("431")) {
        time.exchange(asked, time.steady(), JSON.parse(data.slice(3))[0].now);
        if (time.exchanges.length < Number(exchanges)) return ask();
        for (let i = 0; i < 20; i += 1) {
          time.now(); // what is shown is slewed
          await rest(10);
        }
        done(time.now() - truth());
        wire.close();
      }
    };
  });
}

console.log(JSON.stringify(await Promise.all(tokens.map(device))));
process.exit(0);
