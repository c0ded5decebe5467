import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PresetList } from '../../src/schemas/preset.js'

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/presets',
    {
      schema: {
        operationId: 'listPresets',
        summary: 'All presets with their cost',
        tags: ['catalogue'],
        response: { 200: PresetList }
      }
    },
    async () => app.presets()
  )
}

export default routes
