; The installer for Windows. package.sh runs makensis on it and says
;   VERSION 0.1.0   NUMBERS 0.1.0.0   YEAR 2026   OUT the .exe to write   ICON our .ico
;   PICTURES the folder of what pictures.sh made   SIZE_KB what is installed, together
;   LISTS the folder of install.nsh and remove.nsh: a line for each file that is installed
;
; Silent: confab-VERSION-win64.exe /S [/FIREWALL] [/DESKTOP] [/CURRENTUSER] [/D=C:\folder]    (/D last, without quotation marks)
;         Uninstall.exe /S
; Exit codes: 0 done; 1 the person gave up; 2 it could not be written; 3 Confab is running and did not close;
;             4 done, but the firewall did not take its rules
Target amd64-unicode
Unicode true
SetCompressor /SOLID lzma
SetCompressorDictSize 32
ManifestDPIAware true
ManifestSupportedOS all
CRCCheck on
AllowSkipFiles off
SetOverwrite on
ShowInstDetails hide
ShowUninstDetails hide

Name "Confab"
OutFile "${OUT}"
BrandingText "Confab ${VERSION}"
RequestExecutionLevel highest ; an administrator installs for everybody, anybody else for himself

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Confab"
!define APP_PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths"
!define LINKS "Software\Classes\confab"
!define RULE_WINDOW "Confab (confab.exe)"
!define RULE_SERVER "Confab (confab-server.exe)"
!define CLOSE_WAIT_MS 10000
!define EXIT_GAVE_UP 1
!define EXIT_FAILED 2
!define EXIT_RUNNING 3
!define EXIT_NO_RULE 4

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURES}/welcome.bmp"
!define MUI_CUSTOMFUNCTION_GUIINIT FinePicture
!define MUI_HEADERIMAGE
!define MUI_HEADERIMAGE_RIGHT
!define MUI_HEADERIMAGE_BITMAP "${PICTURES}/header.bmp"
!define MUI_ABORTWARNING

!include MUI2.nsh
!include nsDialogs.nsh
!include LogicLib.nsh
!include FileFunc.nsh

Var Machine   ; "1": for everybody on this computer, "": for this person
Var Elevated  ; "1": we have more rights than the programs that a person starts
Var OldFolder ; where an older one is, "" if there is none
Var OldVersion
Var WantsDesktop  ; ${BST_CHECKED}: an icon there
Var WantsFirewall ; ${BST_CHECKED}: rules in the firewall
Var DesktopBox
Var FirewallBox
Var Running   ; the first of our programs that runs, "" if none does
Var Waited    ; ms

; ---- pages ----

!define MUI_WELCOMEPAGE_TITLE "$(WELCOME_TITLE)"
!define MUI_WELCOMEPAGE_TEXT "$(WELCOME)$\r$\n$\r$\n$OldVersion"
!insertmacro MUI_PAGE_WELCOME
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE FolderLeave
!insertmacro MUI_PAGE_DIRECTORY
Page custom OptionsShow OptionsLeave
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "$(FINISH_TITLE)"
!define MUI_FINISHPAGE_TEXT "$(FINISH)"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(FINISH_RUN)"
!define MUI_FINISHPAGE_RUN_FUNCTION Start
!insertmacro MUI_PAGE_FINISH

!define MUI_UNCONFIRMPAGE_TEXT_TOP "$(UNINSTALL)"
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German
!insertmacro MUI_LANGUAGE Arabic
!include "${__FILEDIR__}/words.nsh"

VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
!macro ABOUT language
    VIAddVersionKey /LANG=${language} ProductName "Confab"
    VIAddVersionKey /LANG=${language} ProductVersion "${VERSION}"
    VIAddVersionKey /LANG=${language} FileVersion "${VERSION}"
    VIAddVersionKey /LANG=${language} FileDescription "Confab Setup"
    VIAddVersionKey /LANG=${language} CompanyName "The Confab authors"
    VIAddVersionKey /LANG=${language} LegalCopyright "Copyright (c) ${YEAR} The Confab authors. MIT License."
!macroend
!insertmacro ABOUT ${LANG_ENGLISH}
!insertmacro ABOUT ${LANG_GERMAN}
!insertmacro ABOUT ${LANG_ARABIC}

; ---- what is running ----

!macro LOOK_AT program ; what runs cannot be written to
    ${If} $Running == ""
    ${AndIf} ${FileExists} "$INSTDIR\${program}"
        ClearErrors
        FileOpen $0 "$INSTDIR\${program}" a
        ${If} ${Errors}
            StrCpy $Running "${program}"
        ${Else}
            FileClose $0
        ${EndIf}
    ${EndIf}
!macroend

!macro CLOSE_FUNCTIONS un
Function ${un}Look
    StrCpy $Running ""
    !insertmacro LOOK_AT "confab.exe"
    !insertmacro LOOK_AT "confab-media.exe"
    !insertmacro LOOK_AT "confab-media-quick.exe"
    !insertmacro LOOK_AT "confab-server.exe"
    !insertmacro LOOK_AT "confab-cli.exe"
FunctionEnd

; When this returns, nothing of $INSTDIR runs. Windows are closed as by their own button, after a question; what runs in
; a console is for the person to end.
Function ${un}CloseRunning
    Call ${un}Look
    ${If} $Running == "confab.exe"
    ${AndIf} ${Cmd} `MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDOK IDCANCEL`
        SetErrorLevel ${EXIT_GAVE_UP}
        Quit
    ${EndIf}
    ${DoUntil} $Running == ""
        nsExec::Exec '"$SYSDIR\taskkill.exe" /IM confab.exe'
        Pop $0
        StrCpy $Waited 0
        ${Do}
            Sleep 250
            IntOp $Waited $Waited + 250
            Call ${un}Look
            ${If} $Running == "confab-server.exe"
            ${OrIf} $Running == "confab-cli.exe"
            ${OrIf} $Waited >= ${CLOSE_WAIT_MS}
                ${ExitDo}
            ${EndIf}
        ${LoopUntil} $Running == ""
        ${If} $Running != ""
        ${AndIf} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(STILL_RUNNING)" /SD IDCANCEL IDCANCEL`
            SetErrorLevel ${EXIT_RUNNING}
            Quit
        ${EndIf}
        Call ${un}Look
    ${Loop}
FunctionEnd
!macroend
!insertmacro CLOSE_FUNCTIONS ""
!insertmacro CLOSE_FUNCTIONS "un."

; ---- the firewall ----

!macro FIREWALL_ADD rule program
    nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="${rule}" dir=in action=allow \
        program="$INSTDIR\${program}" profile=private,domain remoteip=localsubnet enable=yes'
    Pop $0
    ${If} $0 != 0
        StrCpy $1 failed
    ${EndIf}
!macroend
!macro FIREWALL_REMOVE rule program
    nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${rule}" program="$INSTDIR\${program}"'
    Pop $0
!macroend

; ---- installing ----

!macro FIND_OLD root
    ReadRegStr $OldFolder ${root} "${KEY}" InstallLocation
    ReadRegStr $OldVersion ${root} "${KEY}" DisplayVersion
    ReadRegDWORD $WantsDesktop ${root} "${KEY}" Desktop
    ReadRegDWORD $WantsFirewall ${root} "${KEY}" Firewall
!macroend

; Where an older one is, the new one goes, for the same people and with the same wishes.
Function .onInit
    ${GetParameters} $R0
    StrCpy $Machine ""
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 == "Admin"
        StrCpy $Elevated 1
    ${EndIf}
    ${GetOptions} $R0 "/CURRENTUSER" $R1
    ${If} ${Errors}
    ${AndIf} $Elevated == 1
        StrCpy $Machine 1
        !insertmacro FIND_OLD HKLM
    ${EndIf}
    ${If} $OldFolder == ""
        !insertmacro FIND_OLD HKCU
        ${If} $OldFolder != ""
            StrCpy $Machine ""
        ${EndIf}
    ${EndIf}
    ${If} $Machine == 1
        SetShellVarContext all
    ${Else}
        SetShellVarContext current
    ${EndIf}
    ${If} $OldVersion != ""
        StrCpy $OldVersion "$(REPLACES)"
    ${EndIf}

    ${If} $INSTDIR != "" ; /D=
    ${ElseIf} $OldFolder != ""
        StrCpy $INSTDIR $OldFolder
    ${ElseIf} $Machine == 1
        StrCpy $INSTDIR "$PROGRAMFILES64\Confab"
    ${Else}
        StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Confab"
    ${EndIf}

    ${GetOptions} $R0 "/DESKTOP" $R1
    ${IfNot} ${Errors}
        StrCpy $WantsDesktop ${BST_CHECKED}
    ${EndIf}
    ${GetOptions} $R0 "/FIREWALL" $R1
    ${IfNot} ${Errors}
        StrCpy $WantsFirewall ${BST_CHECKED}
    ${EndIf}
FunctionEnd

Function FinePicture
    System::Call 'user32::GetDC(p 0)p.r0'
    System::Call 'gdi32::GetDeviceCaps(p r0, i 88)i.r1' ; LOGPIXELSX
    System::Call 'user32::ReleaseDC(p 0, p r0)'
    ${If} $1 > 120
        File "/oname=$PLUGINSDIR\modern-wizard.bmp" "${PICTURES}/welcome-fine.bmp"
    ${EndIf}
FunctionEnd

; Not between the files of a person: a README.txt of hers would be overwritten, and go when Confab goes.
Function FolderLeave
    ${DirState} "$INSTDIR" $0
    ${GetFileName} "$INSTDIR" $1
    ${If} $0 == 1 ; there is something in it
    ${AndIf} $1 != "Confab"
    ${AndIf} $INSTDIR != $OldFolder
    ${AndIfNot} ${FileExists} "$INSTDIR\confab.exe"
        StrCpy $1 $INSTDIR
        StrCpy $INSTDIR "$1\Confab"
        ${If} ${Cmd} `MessageBox MB_OKCANCEL|MB_ICONINFORMATION "$(FOLDER_TAKEN)" IDCANCEL`
            StrCpy $INSTDIR $1
            Abort
        ${EndIf}
        ${NSD_SetText} $mui.DirectoryPage.Directory $INSTDIR ; it is read once more
    ${EndIf}
FunctionEnd

Function OptionsShow
    !insertmacro MUI_HEADER_TEXT "$(OPTIONS_TITLE)" "$(OPTIONS_SUBTITLE)"
    nsDialogs::Create 1018
    Pop $0
    nsDialogs::SetRTL $(^RTL)
    ${NSD_CreateCheckBox} 0 0 100% 12u "$(OPTIONS_DESKTOP)"
    Pop $DesktopBox
    ${NSD_SetState} $DesktopBox $WantsDesktop
    ${NSD_CreateCheckBox} 0 22u 100% 12u "$(OPTIONS_FIREWALL)"
    Pop $FirewallBox
    ${NSD_SetState} $FirewallBox $WantsFirewall
    ${NSD_CreateLabel} 14u 38u -14u 100u "$(OPTIONS_FIREWALL_WORDS)"
    Pop $0
    ${If} $Machine == ""
        EnableWindow $FirewallBox 0 ; the firewall listens to administrators alone
        ${NSD_SetText} $0 "$(OPTIONS_FIREWALL_NOT)"
    ${EndIf}
    nsDialogs::Show
FunctionEnd

Function OptionsLeave
    ${NSD_GetState} $DesktopBox $WantsDesktop
    ${NSD_GetState} $FirewallBox $WantsFirewall
FunctionEnd

Section
    Call CloseRunning
    ${If} $OldFolder != "" ; what the old one had and this one has not goes
    ${AndIf} ${FileExists} "$OldFolder\Uninstall.exe"
        ${If} $Machine == ""
        ${AndIf} $Elevated == 1 ; any program of the person may have said where that is: nothing there gets our rights
            DeleteRegKey SHCTX "${KEY}"
            Delete "$DESKTOP\Confab.lnk"
        ${Else}
            DetailPrint "$(REMOVING_OLD)"
            ExecWait '"$OldFolder\Uninstall.exe" /S _?=$OldFolder' $0
            ${If} $0 == ${EXIT_RUNNING}
                SetErrorLevel ${EXIT_RUNNING} ; in another folder than the one that was looked at
                Quit
            ${EndIf}
            Delete "$OldFolder\Uninstall.exe"
            ${If} $OldFolder != $INSTDIR
                RMDir "$OldFolder"
            ${EndIf}
        ${EndIf}
    ${EndIf}

    !include "${LISTS}/install.nsh"
    SetOutPath "$INSTDIR" ; where the shortcuts start
    WriteUninstaller "$INSTDIR\Uninstall.exe"

    CreateDirectory "$SMPROGRAMS\Confab"
    CreateShortcut "$SMPROGRAMS\Confab\Confab.lnk" "$INSTDIR\confab.exe"
    CreateShortcut "$SMPROGRAMS\Confab\$(LINK_TERMINAL).lnk" "$INSTDIR\confab-cli.exe" "" "$INSTDIR\confab.exe"
    CreateShortcut "$SMPROGRAMS\Confab\$(LINK_SERVER).lnk" "$INSTDIR\confab-server.exe" "" "$INSTDIR\confab.exe"
    ${If} $WantsDesktop == ${BST_CHECKED}
        CreateShortcut "$DESKTOP\Confab.lnk" "$INSTDIR\confab.exe"
    ${EndIf}

    WriteRegStr SHCTX "${LINKS}" "" "URL:Confab"
    WriteRegStr SHCTX "${LINKS}" "URL Protocol" ""
    WriteRegStr SHCTX "${LINKS}\DefaultIcon" "" "$INSTDIR\confab.exe,0"
    WriteRegStr SHCTX "${LINKS}\shell\open\command" "" '"$INSTDIR\confab.exe" "%1"'
    WriteRegStr SHCTX "${APP_PATHS}\confab.exe" "" "$INSTDIR\confab.exe"
    WriteRegStr SHCTX "${APP_PATHS}\confab-cli.exe" "" "$INSTDIR\confab-cli.exe"
    WriteRegStr SHCTX "${APP_PATHS}\confab-server.exe" "" "$INSTDIR\confab-server.exe"
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; SHCNE_ASSOCCHANGED

    ${If} $Machine == ""
        StrCpy $WantsFirewall ${BST_UNCHECKED}
    ${EndIf}
    ${If} $WantsFirewall == ${BST_CHECKED}
        DetailPrint "$(ASKING_FIREWALL)"
        StrCpy $1 ""
        !insertmacro FIREWALL_ADD "${RULE_WINDOW}" "confab.exe"
        !insertmacro FIREWALL_ADD "${RULE_SERVER}" "confab-server.exe"
        ${If} $1 == failed
            MessageBox MB_OK|MB_ICONEXCLAMATION "$(FIREWALL_FAILED)" /SD IDOK
            SetErrorLevel ${EXIT_NO_RULE}
        ${EndIf}
    ${EndIf}

    WriteRegStr SHCTX "${KEY}" DisplayName "Confab"
    WriteRegStr SHCTX "${KEY}" DisplayVersion "${VERSION}"
    WriteRegStr SHCTX "${KEY}" DisplayIcon "$INSTDIR\confab.exe,0"
    WriteRegStr SHCTX "${KEY}" Publisher "The Confab authors"
    WriteRegStr SHCTX "${KEY}" InstallLocation "$INSTDIR"
    WriteRegStr SHCTX "${KEY}" UninstallString '"$INSTDIR\Uninstall.exe"'
    WriteRegStr SHCTX "${KEY}" QuietUninstallString '"$INSTDIR\Uninstall.exe" /S'
    WriteRegDWORD SHCTX "${KEY}" EstimatedSize ${SIZE_KB}
    WriteRegDWORD SHCTX "${KEY}" NoModify 1
    WriteRegDWORD SHCTX "${KEY}" NoRepair 1
    ; for the uninstaller
    WriteRegStr SHCTX "${KEY}" LinkTerminal "$(LINK_TERMINAL)" ; it may speak another language by then
    WriteRegStr SHCTX "${KEY}" LinkServer "$(LINK_SERVER)"
    ${If} $WantsDesktop == ${BST_CHECKED}
        WriteRegDWORD SHCTX "${KEY}" Desktop ${BST_CHECKED}
    ${EndIf}
    ${If} $WantsFirewall == ${BST_CHECKED}
        WriteRegDWORD SHCTX "${KEY}" Firewall ${BST_CHECKED}
    ${EndIf}
SectionEnd

Function .onInstFailed
    SetErrorLevel ${EXIT_FAILED}
FunctionEnd

; As the person, not as the administrator that the installer is: the desktop is asked to start it.
Function Start
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\confab.exe"'
FunctionEnd

; ---- uninstalling ----

Function un.onInit
    ReadRegStr $0 HKLM "${KEY}" InstallLocation
    ${If} $0 == $INSTDIR
        StrCpy $Machine 1
        SetShellVarContext all
    ${Else}
        StrCpy $Machine ""
        SetShellVarContext current
    ${EndIf}
FunctionEnd

!macro REMOVE_APP_PATH program
    ReadRegStr $0 SHCTX "${APP_PATHS}\${program}" ""
    ${If} $0 == "$INSTDIR\${program}"
        DeleteRegKey SHCTX "${APP_PATHS}\${program}"
    ${EndIf}
!macroend

; What was installed goes; settings, messages and received files lie in the person's own folders and stay.
Section Uninstall
    Call un.CloseRunning

    ReadRegDWORD $WantsFirewall SHCTX "${KEY}" Firewall
    ${If} $WantsFirewall == ${BST_CHECKED}
        !insertmacro FIREWALL_REMOVE "${RULE_WINDOW}" "confab.exe"
        !insertmacro FIREWALL_REMOVE "${RULE_SERVER}" "confab-server.exe"
    ${EndIf}

    !include "${LISTS}/remove.nsh"
    Delete "$INSTDIR\Uninstall.exe"
    RMDir "$INSTDIR"

    ReadRegDWORD $WantsDesktop SHCTX "${KEY}" Desktop
    ${If} $WantsDesktop == ${BST_CHECKED}
        Delete "$DESKTOP\Confab.lnk"
    ${EndIf}
    Delete "$SMPROGRAMS\Confab\Confab.lnk"
    ReadRegStr $0 SHCTX "${KEY}" LinkTerminal
    Delete "$SMPROGRAMS\Confab\$0.lnk"
    ReadRegStr $0 SHCTX "${KEY}" LinkServer
    Delete "$SMPROGRAMS\Confab\$0.lnk"
    RMDir "$SMPROGRAMS\Confab"

    ReadRegStr $0 SHCTX "${LINKS}\shell\open\command" ""
    ${If} $0 == '"$INSTDIR\confab.exe" "%1"' ; not another one's
        DeleteRegKey SHCTX "${LINKS}"
        System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
    ${EndIf}
    !insertmacro REMOVE_APP_PATH "confab.exe"
    !insertmacro REMOVE_APP_PATH "confab-cli.exe"
    !insertmacro REMOVE_APP_PATH "confab-server.exe"
    DeleteRegKey SHCTX "${KEY}"
SectionEnd

Function un.onUninstFailed
    SetErrorLevel ${EXIT_FAILED}
FunctionEnd
