'use client'

import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { ChipField } from '@/components/ui/chip-field'
import type { ArticleOutput } from '@/lib/kb/articles/schema'
import { mostRelated } from '@/lib/kb/articles/values'
import { useTitles } from './use-titles'

type Related = Pick<ArticleOutput['related'][number], 'id' | 'title'>

interface Props {
  article: ArticleOutput
  problems?: string[]
  onChange: (relatedIds: string[]) => void
}

/** The articles that are shown below another, chosen by their titles. */
export function RelatedField({ article, problems, onChange }: Props) {
  const t = useTranslations('kb.properties')
  const id = useId()
  const [chosen, setChosen] = useState<Related[]>(article.related)
  const [typed, setTyped] = useState('')
  const found = useTitles(typed, article.locale, 'only')
  const choose = (next: Related[]) => {
    setChosen(next)
    onChange(next.map((each) => each.id))
  }
  const others = found.filter((each) => each.id !== article.id && !chosen.some((one) => one.id === each.id))
  const add = (one: Related | undefined) => {
    if (!one || chosen.length >= mostRelated) return false
    choose([...chosen, one])
    return true
  }
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {t('related')}
      </label>
      <ChipField
        id={id}
        label={t('related')}
        chips={chosen.map((each) => ({ value: each.id, name: each.title }))}
        suggestions={others.map((each) => ({ value: each.id, name: each.title }))}
        onType={setTyped}
        onAdd={(text) => add(others.find((each) => each.title.toLowerCase() === text.trim().toLowerCase()))}
        onPick={(picked) => add(others.find((each) => each.id === picked))}
        onChange={(ids) => choose(ids.flatMap((each) => chosen.find((one) => one.id === each) ?? []))}
        removal={({ name }) => t('removeRelated', { title: name })}
        isEnd={() => false}
        isTaken={() => false}
        isDisabled={!article.abilities.update}
        className="control h-auto min-h-9 py-1"
      />
      <p className="text-xs text-muted">{problems?.join(' ') || t('relatedHint')}</p>
    </div>
  )
}
