// What pusher-js asks of where it runs: a browser with WebSockets. Bundled by realtime-client.mjs.
import Dispatcher from 'core/events/dispatcher'
import FirstConnectedStrategy from 'core/strategies/first_connected_strategy'
import SequentialStrategy from 'core/strategies/sequential_strategy'
import Transport from 'core/transports/transport'
import TransportManager from 'core/transports/transport_manager'
import { ws as urls } from 'core/transports/url_schemes'

const ws = new Transport({
  urls,
  handlesActivityChecks: false,
  supportsPing: false,
  isInitialized: () => true,
  isSupported: () => true,
  getSocket: (url) => new WebSocket(url),
})

/** One way to connect, tried again and again, each time with more patience. */
function getDefaultStrategy(config, base, defineTransport) {
  const { wsHost, wsPort, wssPort, wsPath } = config
  const options = { ...base, hostNonTLS: `${wsHost}:${wsPort}`, hostTLS: `${wsHost}:${wssPort}`, httpPath: wsPath }
  const manager = new TransportManager({ minPingDelay: 10_000, maxPingDelay: config.activityTimeout })
  const transport = defineTransport(config, 'ws', 'ws', 3, options, manager)
  return new FirstConnectedStrategy(new SequentialStrategy([transport], { loop: true, timeout: 15_000, timeoutLimit: 60_000 }))
}

let network
function getNetwork() {
  if (network) return network
  network = new Dispatcher()
  network.isOnline = () => navigator.onLine
  for (const name of ['online', 'offline']) window.addEventListener(name, () => network.emit(name))
  return network
}

export default {
  Transports: { ws },
  getDefaultStrategy,
  getNetwork,
  getProtocol: () => window.location.protocol,
  randomInt: (below) => Math.floor(Math.random() * below),
  setup: (Pusher) => Pusher.ready(),
  transportConnectionInitializer() {
    this.changeState('initialized')
  },
}
