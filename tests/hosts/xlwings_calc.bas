Attribute VB_Name = "xlwings"
Option Explicit

' Stands in for xlwings.bas where Calc opens the workbook (tests only): Calc does not read #If, and so not that
' module. The same function, the same arguments for Python. A token with a blank is quoted whole.
Public Function RunPython(PythonCommand As String)
    Dim Q As String
    Q = Chr(34)
    Shell Q & Environ("DAPF_PYTHON") & Q & " " & Q & Environ("DAPF_LAUNCH") & Q & " " & Q & PythonCommand & Q & _
          " " & Q & "--wb=" & ThisWorkbook.Name & Q & " --from_xl=1"
End Function
