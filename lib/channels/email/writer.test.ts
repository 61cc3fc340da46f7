import { expect, it } from 'vitest'
import { parseMail } from './parse'
import { isClaimed, writerOf } from './writer'

const own = { addresses: ['support@acme.localhost', 'help@acme.example'], host: 'acme.localhost' }
const who = async (...headers: string[]) => {
  const mail = await parseMail(Buffer.from([...headers, 'To: support@acme.localhost', '', 'Text'].join('\r\n')))
  const writer = writerOf(mail, own)
  return writer && `${writer.name} <${writer.email}> ${writer.by}${isClaimed(writer, mail) ? ', claimed' : ''}`
}

it.each([
  ['From alone', ['From: Ada <ada@example.com>'], 'Ada <ada@example.com> from'],
  ['the same in Reply-To', ['From: Ada <ada@example.com>', 'Reply-To: ada@example.com'], 'Ada <ada@example.com> from'],
  [
    'a web form',
    ['From: Web form <forms@site.example>', 'Reply-To: Amina <amina@shop.example>'],
    'Amina <amina@shop.example> reply_to, claimed',
  ],
  [
    'a web form that sends as nobody',
    ['From: Site <no-reply@site.example>', 'Reply-To: a@shop.example'],
    ' <a@shop.example> reply_to, claimed',
  ],
  ['a form of our own site', ['From: Acme <help@acme.example>', 'Reply-To: a@shop.example'], ' <a@shop.example> reply_to, claimed'],
  [
    'answers to another address of theirs',
    ['From: Ada <ada@work.example>', 'Reply-To: ada.l@work.example'],
    'Ada <ada.l@work.example> reply_to',
  ],
  ['answers to us', ['From: Ada <ada@example.com>', 'Reply-To: support@acme.localhost'], 'Ada <ada@example.com> from'],
  ['answers to one of our hosts', ['From: Ada <ada@example.com>', 'Reply-To: reply+1@acme.localhost'], 'Ada <ada@example.com> from'],
  ['answers to us and to them', ['From: a@work.example', 'Reply-To: help@acme.example, b@work.example'], ' <b@work.example> reply_to'],
  ['answers to nobody', ['From: Ada <ada@example.com>', 'Reply-To: no-reply@example.com'], 'Ada <ada@example.com> from'],
  [
    'a list that answers to itself',
    ['From: Ada <ada@example.com>', 'Reply-To: team@lists.example', 'List-Post: <mailto:team@lists.example>'],
    'Ada <ada@example.com> from',
  ],
  [
    'a list known by its id alone',
    ['From: Ada <ada@example.com>', 'Reply-To: team@lists.example', 'List-Id: Team <team.lists.example>'],
    'Ada <ada@example.com> from',
  ],
  [
    'Mailman',
    ['From: Ada L via Team <team@lists.example>', 'Reply-To: Ada L <ada@example.com>', 'List-Post: <mailto:team@lists.example>'],
    'Ada L <ada@example.com> list, claimed',
  ],
  [
    'Mailman with the list in Reply-To too',
    ['From: Ada via Team <team@lists.example>', 'Reply-To: team@lists.example, ada@example.com', 'List-Post: <mailto:team@lists.example>'],
    'Ada <ada@example.com> list, claimed',
  ],
  [
    'Google Groups',
    [
      'From: "\'Ada L\' via Support" <team@groups.example>',
      'X-Original-From: Ada L <ada@example.com>',
      'Reply-To: Ada L <ada@example.com>',
      'List-Id: <team.groups.example>',
    ],
    'Ada L <ada@example.com> list, claimed',
  ],
  [
    'Google Groups that answers to itself',
    [
      "From: 'Ada L' via Support <team@groups.example>",
      'X-Original-Sender: ada@example.com',
      'Reply-To: team@groups.example',
      'List-Id: <team.groups.example>',
    ],
    'Ada L <ada@example.com> list, claimed',
  ],
  [
    'a list in German',
    ['From: Ada über Team <team@lists.example>', 'X-Original-From: ada@example.com'],
    'Ada <ada@example.com> list, claimed',
  ],
  [
    'a group of ours',
    ["From: 'Ada' via Help <help@acme.example>", 'X-Original-From: Ada <ada@example.com>'],
    'Ada <ada@example.com> list, claimed',
  ],
  ['somebody who writes "via" in their name', ['From: Ada via Rome <ada@example.com>'], 'Ada via Rome <ada@example.com> from'],
  ['one who claims another original', ['From: Eve <eve@evil.example>', 'X-Original-From: ada@example.com'], 'Eve <eve@evil.example> from'],
  ['no From', ['Reply-To: Ada <ada@example.com>'], 'Ada <ada@example.com> other, claimed'],
  ['Sender alone', ['Sender: ada@example.com'], ' <ada@example.com> other, claimed'],
  ['Return-Path alone', ['Return-Path: <ada@example.com>'], 'ada@example.com <ada@example.com> other, claimed'],
  [
    'Reply-To is ours and there is no From',
    ['Reply-To: support@acme.localhost', 'Sender: ada@example.com'],
    ' <ada@example.com> other, claimed',
  ],
  ['nobody', ['Subject: x'], null],
])('%s', async (_, headers, expected) => expect(await who(...headers)).toBe(expected))
