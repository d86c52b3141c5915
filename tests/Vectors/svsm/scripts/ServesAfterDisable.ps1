$v = (New-ApicMachine -ApicId 0x0, 0x3 -Platform SevSnp -ApicScope Shared -ResetMode X2Apic).Vcpu
Write-ApicMsr Svr 0x1FF -Origin Svsm -Vcpu $v
Enable-ApicAlternateInjection -VcHandler Proposal -SvsmBehavior ServesAfterDisable -Vcpu $v
Set-ApicVcpu -InterruptsEnabled $true -Vcpu $v
Invoke-ApicSvsmCall -Protocol 3 -Call 1 -Rcx 0x1 -Vcpu $v[0]
