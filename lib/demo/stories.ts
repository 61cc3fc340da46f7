/** What believable customers of a small company write about, and how its team answers. */
export interface Story {
  title: string
  department: 'Support' | 'IT/Technology' | 'Finance/Accounting' | 'Human Resources' | 'Marketing/Sales'
  priority: 'low' | 'medium' | 'high' | 'urgent'
  /** Requester and team in turn, the requester first. */
  turns: string[]
  note?: string
  tags?: string[]
  /** What they sent along. */
  file?: { name: string; text: string }
}

export const stories: Story[] = [
  {
    title: 'Card charged twice for the March invoice',
    tags: ['refund', 'billing'],
    department: 'Finance/Accounting',
    priority: 'high',
    turns: [
      'Hello, my card shows two charges of 49.00 for the same invoice. I only have one subscription. Can you check and refund one of them?',
      'Thank you for telling us. I can see both charges; the second one is a retry after our bank timed out. I have started the refund, it takes three to five working days.',
      'Thanks, I will keep an eye on my statement.',
    ],
    note: 'Second charge came from the retry job. Finance knows about the batch of the 3rd.',
  },
  {
    title: 'Cannot sign in after changing my phone',
    tags: ['sign-in'],
    department: 'IT/Technology',
    priority: 'urgent',
    turns: [
      'I got a new phone and the codes from my authenticator are gone. I cannot get into my account and I have a deadline today.',
      'I understand the hurry. Please use one of the backup codes you saved when you set up two-step sign-in. If you have none, answer this mail from your registered address and I will verify you by phone.',
      'Found the codes in my password manager. I am in, thank you!',
    ],
  },
  {
    title: 'Export stops at 10,000 rows',
    tags: ['export'],
    department: 'Support',
    priority: 'medium',
    turns: [
      'The CSV export of our orders ends after 10,000 rows, but we have about 14,000. Is there a limit I can change?',
      'The limit is ours: exports above 10,000 rows are sent by mail instead of downloaded. Choose "Send by mail" in the export dialog and you get the whole file within minutes.',
    ],
    note: 'Third question about this in a month. The dialog should say it before people start.',
  },
  {
    title: 'Delivery address is wrong on order 20418',
    tags: ['delivery'],
    department: 'Support',
    priority: 'high',
    turns: [
      'I just ordered and only now saw that the old address was filled in. Please send it to Ngong Road 118 instead.',
      'Caught it in time: the parcel had not left. The new address is on the order and you will get a fresh confirmation.',
      'Wonderful, thank you for the quick answer.',
    ],
  },
  {
    title: 'How do I add a colleague to our account?',
    department: 'Support',
    priority: 'low',
    turns: [
      'We are two people now. Where can I invite my colleague, and does it cost extra?',
      'Under Settings, People, Invite. The first five people are included in your plan, so there is no extra cost.',
    ],
  },
  {
    title: 'Printer on the second floor prints blank pages',
    department: 'IT/Technology',
    priority: 'medium',
    turns: [
      'Since this morning the printer next to the kitchen prints only blank pages. We changed the toner last week.',
      'Please check that the orange strip was pulled off the new toner. If it was, I will come by after lunch.',
      'It was the strip. A bit embarrassing, but it works!',
    ],
  },
  {
    title: 'Request for an offer: 40 seats',
    tags: ['sales'],
    department: 'Marketing/Sales',
    priority: 'medium',
    turns: [
      'We are comparing three products and would need an offer for 40 seats, yearly payment, with single sign-on.',
      'Gladly. Attached to your account you will find the offer for 40 seats including single sign-on. I am happy to walk your team through it this week.',
    ],
  },
  {
    title: 'Payslip for last month is missing',
    department: 'Human Resources',
    priority: 'medium',
    turns: [
      'The portal shows payslips up to August, September is missing. I need it for the bank.',
      'The September run was published late. It is visible now; please reload the page.',
    ],
  },
  {
    title: 'Webhook calls arrive twice',
    file: {
      name: 'calls.log',
      text: '09:14:02.118 POST /hooks/orders 200 id=evt_81\n09:14:02.964 POST /hooks/orders 200 id=evt_81\n09:15:40.007 POST /hooks/orders 200 id=evt_82\n',
    },
    tags: ['api', 'bug'],
    department: 'IT/Technology',
    priority: 'high',
    turns: [
      'For about one event in fifty our endpoint receives the same delivery twice, seconds apart. We answer 200 within 100 ms.',
      'Deliveries are repeated when the answer does not reach us. Each carries the same id in the header, so please ignore an id you have seen. We are looking at the network in between.',
      'Understood, we deduplicate now. Would still be good to know the cause.',
    ],
    note: 'Seen on the Frankfurt node only. Linked to the keep-alive change of last Tuesday.',
  },
  {
    title: 'Cancel my subscription at the end of the term',
    department: 'Finance/Accounting',
    priority: 'low',
    turns: [
      'Please cancel my subscription at the end of the current term and confirm in writing.',
      'Confirmed: your subscription ends with the current term and will not renew. Your data stays available for 30 days after that.',
    ],
  },
  {
    title: 'App is slow in the afternoon',
    tags: ['performance', 'bug'],
    department: 'IT/Technology',
    priority: 'high',
    turns: [
      'Between two and four every list takes 10 seconds or more. In the morning all is fine. Three of us see it, in two offices.',
      'Thank you, the times help a lot. A report that runs at two was holding back everyone else. It now runs at night; please tell me how it feels tomorrow.',
    ],
    note: 'Query plan attached to the incident. Missing index on the status column.',
  },
  {
    title: 'The invoice needs our VAT number',
    tags: ['billing'],
    department: 'Finance/Accounting',
    priority: 'low',
    turns: [
      'Our bookkeeper cannot use the invoice without our VAT number on it. Can you issue it again?',
      'Done. I added the number to your account, so future invoices have it too. The corrected one is in your mailbox.',
      'Perfect, thank you.',
    ],
  },
  {
    title: 'Link in the newsletter leads nowhere',
    tags: ['bug'],
    department: 'Marketing/Sales',
    priority: 'low',
    turns: ['The second link in your newsletter of this week shows "page not found". I wanted to read about the new reports.'],
  },
  {
    title: 'Mails from you land in spam',
    department: 'IT/Technology',
    priority: 'medium',
    turns: [
      'All order confirmations go to our spam folder since Monday. Did you change something on your side?',
      'We moved to a new sending address on Monday and one DNS record was late. It is in place now. Marking one mail as "not spam" makes it right at once.',
    ],
  },
  {
    title: 'Vacation days were not carried over',
    department: 'Human Resources',
    priority: 'medium',
    turns: [
      'I had four days left in December and they are not in this year’s balance. My manager approved carrying them over in November.',
    ],
  },
  {
    title: 'Broken screen on delivery',
    tags: ['refund', 'delivery'],
    department: 'Support',
    priority: 'urgent',
    turns: [
      'The tablet arrived with a crack across the whole screen; the box was dented on one side. I attached photos to the form.',
      'I am sorry about that. A replacement leaves today and you get a label to send the broken one back for free.',
      'That was fast. The replacement is here and works.',
    ],
  },
  {
    title: 'Wie kann ich die Sprache ändern?',
    department: 'Support',
    priority: 'low',
    turns: [
      'Guten Tag, meine Oberfläche ist plötzlich auf Englisch. Wo stelle ich Deutsch wieder ein?',
      'Guten Tag! Oben rechts auf Ihren Namen, dann „Profil“, dort gibt es die Sprache. Nach dem Speichern ist alles wieder auf Deutsch.',
    ],
  },
  {
    title: 'API answers 429 during our nightly sync',
    tags: ['api'],
    department: 'IT/Technology',
    priority: 'high',
    turns: [
      'Our nightly sync of 30,000 contacts gets 429 after a few hundred requests. Is there a bulk endpoint?',
      'Yes: send up to 500 contacts in one request. With that your whole sync is 60 requests, far below the limit. The header tells you how many are left.',
    ],
  },
  {
    title: 'Two accounts under one address',
    department: 'Support',
    priority: 'medium',
    turns: ['I signed up twice by mistake, once with a dot in my address. Can you merge them? The one with the orders is the older.'],
  },
  {
    title: 'Please delete my data',
    tags: ['privacy'],
    department: 'Support',
    priority: 'medium',
    turns: [
      'I no longer use the service. Please delete everything you have about me and confirm it.',
      'Your account and everything in it will be erased within seven days. Invoices stay for as long as the law asks, without anything else attached.',
    ],
    note: 'Erasure request logged. Check the backups policy text before closing.',
  },
]

export const firstNames = [
  'Amina',
  'Joseph',
  'Grace',
  'Daniel',
  'Wanjiru',
  'Samuel',
  'Leila',
  'Tomás',
  'Ingrid',
  'Yuki',
  'Priya',
  'Omar',
  'Chloé',
  'Kofi',
  'Zeynep',
  'Noah',
  'Marta',
  'Hana',
  'Luca',
  'Ngozi',
]
export const lastNames = [
  'Odhiambo',
  'Kamau',
  'Schneider',
  'Okafor',
  'Rossi',
  'Nakamura',
  'Silva',
  'Haddad',
  'Novák',
  'Mwangi',
  'Lindqvist',
  'Patel',
  'Moreau',
  'Yilmaz',
  'Mensah',
  'Fischer',
  'Cruz',
  'Dubois',
  'Wafula',
  'Ivanova',
]
