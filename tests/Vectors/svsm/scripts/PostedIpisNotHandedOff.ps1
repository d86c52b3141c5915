$v = (New-ApicMachine -ApicId 0x0, 0x3 -Platform SevSnp -ApicScope Shared -ResetMode X2Apic).Vcpu
Enable-ApicAlternateInjection -VcHandler Proposal -SvsmBehavior PostedIpisNotHandedOff -Vcpu $v
Set-ApicVcpu -InterruptsEnabled $true -Vcpu $v
Send-ApicIpi 0x41 0x3 -Vcpu $v[0]
Invoke-ApicSvsmCall -Protocol 3 -Call 1 -Rcx 0x1 -Vcpu $v[1]
