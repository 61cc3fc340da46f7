export { answerSitemapIndex as GET } from '@/app/t/kb/crawlers'
