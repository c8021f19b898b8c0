; What the set-up and the uninstaller are asked on their command line.

!macro ReadCommonSwitches
  ${GetOptions} $Switches "/LANG=" $0
  ${If} $0 == "id"
    StrCpy $LANGUAGE ${LANG_INDONESIAN}
  ${ElseIf} $0 == "en"
    StrCpy $LANGUAGE ${LANG_ENGLISH}
  ${EndIf}
  ${GetOptions} $Switches "/WAIT=" $Wait
  ${If} $Wait == ""
    StrCpy $Wait 30
  ${EndIf}
!macroend

Function ReadSwitches
  ${GetParameters} $0
  ; Everything behind /ARGS is Karcis's own.
  ${WordFind} "$0 " " /ARGS " "+1{" $Switches
  ${WordFind} "$0 " " /ARGS " "E+1}" $AppSwitches
  ${If} ${Errors}
    StrCpy $AppSwitches ""
  ${EndIf}
  ClearErrors
  !insertmacro ReadCommonSwitches
  ${GetOptions} $Switches "/AUTOSTART=" $Autostart
  ClearErrors
  ${GetOptions} $Switches "/P" $0
  ${IfNot} ${Errors}
    StrCpy $Passive 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $Switches "/R" $0
  ${IfNot} ${Errors}
    StrCpy $Restart 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $Switches "/DOWNGRADE" $0
  ${IfNot} ${Errors}
    StrCpy $Downgrade 1
  ${EndIf}
  ClearErrors
FunctionEnd

Function un.ReadSwitches
  ${GetParameters} $Switches
  !insertmacro ReadCommonSwitches
  ClearErrors
  ${GetOptions} $Switches "/DELETEDATA" $0
  ${IfNot} ${Errors}
    StrCpy $DeleteData 1
  ${EndIf}
  ClearErrors
FunctionEnd
