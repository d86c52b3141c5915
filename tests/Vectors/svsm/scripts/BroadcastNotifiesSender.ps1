$v = (New-ApicMachine -ApicId 0x0, 0x3 -Platform SevSnp -ApicScope Shared -ResetMode X2Apic).Vcpu
Write-ApicMsr Svr 0x1FF -Origin Svsm -Vcpu $v
Enable-ApicAlternateInjection -VcHandler Proposal -SvsmBehavior BroadcastNotifiesSender -Vcpu $v
Set-ApicVcpu -InterruptsEnabled $true -Vcpu $v
Send-ApicIpi 0x41 0xFFFFFFFF -Vcpu $v[0]
