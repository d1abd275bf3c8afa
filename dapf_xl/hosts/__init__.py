"""The programs that the verbs run in beside the command line: Excel, through a workbook with buttons.

``control_workbook`` builds that workbook, ``control_sheet`` says where everything on it is, ``excel`` is what its
buttons call, ``installing`` puts it in place, and ``doctor`` says what is missing.
"""
