import {
  Bell, BookOpen, Bug, Calendar, CircleHelp, Clock, CreditCard, FileText, Folder, Globe, GraduationCap, KeyRound, Laptop, Lightbulb, Lock,
  type LucideIcon, Mail, MessageCircle, Package, Plug, Receipt, Rocket, Scale, Settings, Shield, ShoppingCart, Smartphone, Star, Truck, User,
  Users, Wallet, Wrench,
} from 'lucide-react' // biome-ignore format: a list reads better than a column
import { cn } from '@/components/ui/cn'
import type { categoryColours, categoryIcons } from '@/lib/kb/articles/values'

const drawings: Record<(typeof categoryIcons)[number], LucideIcon> = {
  ...{ folder: Folder, 'book-open': BookOpen, 'circle-help': CircleHelp, user: User, users: Users, 'key-round': KeyRound, lock: Lock },
  ...{ shield: Shield, 'credit-card': CreditCard, receipt: Receipt, wallet: Wallet, truck: Truck, package: Package },
  ...{ 'shopping-cart': ShoppingCart, settings: Settings, wrench: Wrench, bug: Bug, plug: Plug, smartphone: Smartphone, laptop: Laptop },
  ...{ globe: Globe, mail: Mail, 'message-circle': MessageCircle, bell: Bell, calendar: Calendar, clock: Clock, 'file-text': FileText },
  ...{ scale: Scale, star: Star, rocket: Rocket, lightbulb: Lightbulb, 'graduation-cap': GraduationCap },
}

export type CategoryColour = (typeof categoryColours)[number]

interface Props {
  icon: string
  colour: string
  className?: string
}

/** The icon of a category on its colour. */
export function CategoryIcon({ icon, colour, className }: Props) {
  const Drawing = Object.hasOwn(drawings, icon) ? drawings[icon as keyof typeof drawings] : Folder
  return (
    <span aria-hidden data-colour={colour} className={cn('category-icon', className)}>
      <Drawing />
    </span>
  )
}
