'use client'

import dynamic from 'next/dynamic'

/** A large part of a page's code, which nothing else on the page waits for. */
export const LazyBars = dynamic(() => import('./bars').then((module) => module.Bars), { ssr: false })
