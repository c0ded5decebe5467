/** Entry of the language worker thread. */
import { serve } from '../serve.js'
import { languageService } from './service.js'

serve(languageService)
