export { answerRobots as GET } from '@/app/t/kb/crawlers'
