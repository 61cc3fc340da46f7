// Shows what the server pushes to this browser, and opens it.
self.addEventListener('push', (event) => {
  const message = event.data?.json()
  if (!message) return
  const { id, title, body, href } = message
  event.waitUntil(self.registration.showNotification(title, { body, tag: id, data: { href }, icon: '/icon.svg' }))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data?.href ?? '/', self.location.origin)
  if (url.origin !== self.location.origin) return
  event.waitUntil(show(url.href))
})

async function show(url) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const here = windows.find((client) => client.url === url)
  return here ? here.focus() : self.clients.openWindow(url)
}

// The push service gave this browser another address.
self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(renew(event.oldSubscription))
})

async function renew(old) {
  const options = old?.options ?? { userVisibleOnly: true, applicationServerKey: await key() }
  const { endpoint, keys } = (await self.registration.pushManager.subscribe(options)).toJSON()
  await send('POST', { endpoint, keys })
  if (old && old.endpoint !== endpoint) await send('DELETE', { endpoint: old.endpoint })
}

const path = '/api/v1/notifications/push'
const key = async () => (await (await fetch(`${path}-key`)).json()).key
const send = (method, body) => fetch(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
