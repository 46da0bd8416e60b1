NODE_CLASS_MAPPINGS = {"ExamOff": object}
