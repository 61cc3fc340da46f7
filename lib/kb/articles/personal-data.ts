import type { PersonalData } from '../../db/personal-data'

export const kbData: PersonalData = {
  tables: {
    kbSettings: { stays: 'settings' },
    kbCategory: { stays: 'settings' },
    kbCategoryTranslation: { stays: 'settings' },
    kbArticle: { stays: 'staff' },
    kbArticleReviewer: { stays: 'staff' },
    kbArticleVersion: { stays: 'staff' },
    kbRelated: { stays: 'settings' },
    kbLink: { stays: 'settings' },
    kbSlug: { stays: 'settings' },
    kbOrigin: { stays: 'machine' },
    kbImport: { stays: 'staff' },
    kbImportFile: { stays: 'settings' },
    kbPicture: { stays: 'staff' },
    kbPictureUse: { stays: 'staff' },
  },
}
