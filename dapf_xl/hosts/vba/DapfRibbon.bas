Attribute VB_Name = "DapfRibbon"
Option Explicit

' What the ribbon tab calls. Excel hands over the control that was clicked, and a button on a sheet does not.

Public Sub RibbonNewWorkspace(Control As Object)
    NewWorkspace
End Sub

Public Sub RibbonChooseFolder(Control As Object)
    ChooseFolder
End Sub

Public Sub RibbonRefreshStates(Control As Object)
    RefreshStates
End Sub

Public Sub RibbonShowRecipients(Control As Object)
    ShowRecipients
End Sub

Public Sub RibbonRecordRecipients(Control As Object)
    RecordRecipients
End Sub

Public Sub RibbonIssueReturns(Control As Object)
    IssueReturns
End Sub

Public Sub RibbonCheckReturns(Control As Object)
    CheckReturns
End Sub

Public Sub RibbonConsolidate(Control As Object)
    Consolidate
End Sub

Public Sub RibbonEmailCommittee(Control As Object)
    EmailCommittee
End Sub

Public Sub RibbonAmendFigure(Control As Object)
    AmendFigure
End Sub

Public Sub RibbonRecordAmendment(Control As Object)
    RecordAmendment
End Sub
