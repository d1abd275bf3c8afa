Attribute VB_Name = "DapfControl"
Option Explicit

' The buttons of the control workbook. None has logic of its own: each starts a function of dapf_xl.hosts.excel,
' which finds folder and period on the sheet and leaves its answer there.

Public Sub NewWorkspace()
    StartHandler "new_workspace"
End Sub

Public Sub ChooseFolder()
    ' Bound late, so that it needs no reference to Office's own library. 4 is its number for choosing a folder.
    Dim Host As Object, Picker As Object
    Set Host = Application
    Set Picker = Host.FileDialog(4)
    Picker.Title = "The workspace, or an empty folder for a new one"
    Picker.AllowMultiSelect = False
    If Picker.Show = -1 Then
        ThisWorkbook.Worksheets("Control").Range("B6").Value = Picker.SelectedItems(1)
        StartHandler "choose"
    End If
End Sub

Public Sub RefreshStates()
    StartHandler "refresh"
End Sub

Public Sub ShowRecipients()
    StartHandler "recipients"
End Sub

Public Sub RecordRecipients()
    StartHandler "record_recipients"
End Sub

Public Sub IssueReturns()
    StartHandler "issue"
End Sub

Public Sub CheckReturns()
    StartHandler "check"
End Sub

Public Sub Consolidate()
    StartHandler "consolidate"
End Sub

Public Sub EmailCommittee()
    StartHandler "email"
End Sub

Public Sub AmendFigure()
    StartHandler "amend"
End Sub

Public Sub RecordAmendment()
    StartHandler "record"
End Sub

Private Sub StartHandler(Handler As String)
    ' Python takes some seconds to start, and nobody should click again for it. RunPython comes back when it is done.
    ' Where that Python cannot run dapf, xlwings shows what Python says: words in place of a traceback.
    Dim Before As Variant, InWords As String
    InWords = "import sys; sys.excepthook = lambda kind, error, trace: print('This workbook starts a Python that ' + " & _
        "'cannot run dapf:', error, '(' + sys.executable + '). Start Install dapf.cmd again, or run the command ' + " & _
        "'dapf excel install where dapf works, and use the workbook that it makes.', file=sys.stderr); "
    Before = Application.StatusBar
    Application.StatusBar = "Starting ..."
    RunPython InWords & "import dapf_xl.hosts.excel as excel; excel." & Handler & "()"
    Application.StatusBar = Before
End Sub
