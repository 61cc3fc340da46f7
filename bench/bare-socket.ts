// The baseline of bench/realtime.ts: sockets and a caller to send through, and nothing else.
import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

const channels = new Map<string, Set<WebSocket>>()
const sockets = new WebSocketServer({ noServer: true })
sockets.on('connection', (socket) => {
  socket.on('message', (text) => {
    for (const name of JSON.parse(String(text)) as string[]) channels.set(name, (channels.get(name) ?? new Set()).add(socket))
    socket.send('{"event":"joined"}')
  })
})
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    const { batch } = JSON.parse(body) as { batch: { channel: string; name: string; data: string }[] }
    for (const { channel, name, data } of batch) {
      const frame = JSON.stringify({ event: name, channel, data })
      for (const socket of channels.get(channel) ?? []) socket.send(frame)
    }
    response.end('{}')
  })
})
server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open)))
server.listen(Number(process.env.PORT), () => console.log('bare socket is ready'))
