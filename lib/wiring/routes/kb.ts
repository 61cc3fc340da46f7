import * as kbCategories from '../../kb/articles/categories'
import * as articleActions from '../../kb/articles/commands/act'
import * as articleRemoval from '../../kb/articles/commands/remove'
import * as articleTranslation from '../../kb/articles/commands/translate'
import * as articleCommands from '../../kb/articles/commands/write'
import * as linkCheck from '../../kb/articles/link-check'
import * as articlePictures from '../../kb/articles/pictures'
import * as published from '../../kb/articles/published'
import * as publishedCategories from '../../kb/articles/published-categories'
import * as articles from '../../kb/articles/queries'
import * as kbSettings from '../../kb/articles/settings'
import * as sitemap from '../../kb/articles/sitemap'
import * as versions from '../../kb/articles/versions'
import * as kbImportCommands from '../../kb/import/commands'
import * as kbImports from '../../kb/import/queries'
import * as analytics from '../../kb/readers/analytics'
import * as comments from '../../kb/readers/comments'
import { listPopularArticles } from '../../kb/readers/popular'
import * as readings from '../../kb/readers/readings'
import * as votes from '../../kb/readers/votes'
import * as kbSearch from '../../kb/search/queries'
import * as related from '../../kb/search/related'
import * as synonyms from '../../kb/search/synonyms'

export const kbRoutes = {
  kb: {
    settings: kbSettings.getKbSettings,
    updateSettings: kbSettings.updateKbSettings,
    categories: kbCategories.listKbCategories,
    category: kbCategories.getKbCategory,
    createCategory: kbCategories.createKbCategory,
    updateCategory: kbCategories.updateKbCategory,
    moveCategory: kbCategories.moveKbCategory,
    deleteCategory: kbCategories.deleteKbCategory,
    restoreCategory: kbCategories.restoreKbCategory,
    articles: articles.listArticles,
    article: articles.getArticle,
    createArticle: articleCommands.createArticle,
    updateArticle: articleCommands.updateArticle,
    submitArticle: articleActions.submitArticle,
    approveArticle: articleActions.approveArticle,
    rejectArticle: articleActions.rejectArticle,
    publishArticle: articleActions.publishArticle,
    scheduleArticle: articleActions.scheduleArticle,
    unscheduleArticle: articleActions.unscheduleArticle,
    unpublishArticle: articleActions.unpublishArticle,
    archiveArticle: articleActions.archiveArticle,
    unarchiveArticle: articleActions.unarchiveArticle,
    reviewArticle: articleActions.reviewArticle,
    markTranslated: articleTranslation.markTranslated,
    versions: versions.listVersions,
    version: versions.getVersion,
    compareVersions: versions.compareVersions,
    compareDraft: versions.compareDraft,
    restoreVersion: versions.restoreVersion,
    addPicture: articlePictures.addPicture,
    imports: kbImports.listImports,
    import: kbImports.getImport,
    importFiles: kbImports.listImportFiles,
    uploadImport: kbImportCommands.uploadImport,
    startImport: kbImportCommands.startImport,
    discardImport: kbImportCommands.discardImport,
    deleteArticle: articleRemoval.deleteArticle,
    restoreArticle: articleRemoval.restoreArticle,
    search: kbSearch.searchArticles,
    suggestAnswers: kbSearch.suggestAnswers,
    checkLinks: kbSearch.checkLinks,
    brokenLinks: linkCheck.listBrokenLinks,
    synonyms: synonyms.listSynonyms,
    createSynonym: synonyms.createSynonym,
    updateSynonym: synonyms.updateSynonym,
    deleteSynonym: synonyms.deleteSynonym,
    publicSearch: kbSearch.searchPublished,
    publicSettings: published.getPublishedSettings,
    publicArticles: published.listPublishedArticles,
    publicArticle: published.getPublishedArticle,
    analytics: analytics.getAnalytics,
    articleAnalytics: analytics.getArticleAnalytics,
    ownVote: votes.getVote,
    vote: votes.setVote,
    publicComments: comments.listComments,
    writeComment: comments.writeComment,
    comments: comments.listCommentsToDecide,
    approveComment: comments.approveComment,
    rejectComment: comments.rejectComment,
    deleteComment: comments.deleteComment,
    recordReading: readings.recordReading,
    recordChoice: readings.recordChoice,
    recordSearch: readings.recordSearch,
    recordSent: readings.recordSent,
    publicPopular: listPopularArticles,
    publicRelated: related.listRelatedArticles,
    publicFeatured: published.listFeaturedArticles,
    publicCategories: publishedCategories.listPublishedCategories,
    publicCategory: publishedCategories.getPublishedCategory,
    publicPicture: articlePictures.readPicture,
    publicSitemap: sitemap.getKbSitemap,
    publicSitemapPart: sitemap.getKbSitemapPart,
  },
}
