"""The offices of the demonstration college and their section offices."""

INSTITUTION = "DEMO"

# code, name, English name, section offices (code suffix, name, English name).
OFFICES = (
    ("OFFICE", "学院办公室", "College office",
     (("SECRETARIAT", "秘书科", "Secretariat"), ("SUPERVISION", "督办科", "Follow-up section"))),
    ("PLANNING", "发展规划办公室", "Planning office",
     (("PLANS", "规划科", "Planning section"),)),
    ("QUALITY", "质量管理办公室", "Quality management office",
     (("DIAGNOSIS", "诊改科", "Diagnosis section"),
      ("INSPECTION", "督导科", "Inspection section"))),
    ("ACADEMIC", "教务处", "Academic affairs office",
     (("REGISTRY", "学籍科", "Registry"), ("TEACHING", "教学运行科", "Teaching section"),
      ("PROGRAMS", "专业建设科", "Program section"))),
    ("PERSONNEL", "人事处", "Personnel office",
     (("POSTS", "师资科", "Faculty section"), ("SALARIES", "劳资科", "Salary section"))),
    ("STUDENTS", "学生工作处", "Student affairs office",
     (("EDUCATION", "思政教育科", "Education section"), ("AID", "资助科", "Student aid section"))),
    ("FINANCE", "财务处", "Finance office", (("ACCOUNTS", "会计科", "Accounts section"),)),
    ("RESEARCH", "科技处", "Research office", (("PROJECTS", "项目科", "Project section"),)),
    ("LOGISTICS", "后勤保卫处", "Logistics and security office",
     (("CAMPUS", "校园管理科", "Campus section"), ("SECURITY", "保卫科", "Security section"))),
    ("INFORMATION_CENTRE", "信息中心", "Information centre",
     (("NETWORK", "网络运维科", "Network section"),)),
    ("ADMISSIONS", "招生就业处", "Admissions and employment office",
     (("EMPLOYMENT", "就业科", "Employment section"),)),
    ("DISCIPLINE", "纪检监察室", "Discipline inspection office",
     (("AUDIT", "审计科", "Audit section"),)),
)  # fmt: skip
