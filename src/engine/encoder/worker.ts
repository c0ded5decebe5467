/** Entry of the entailment and embedding worker threads. */
import { serve } from '../serve.js'
import { loadEmbedding, loadEntailment } from './service.js'

serve((settings) => (settings.role === 'entailment' ? loadEntailment(settings) : loadEmbedding(settings)))
